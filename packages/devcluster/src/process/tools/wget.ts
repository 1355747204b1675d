/** Stand-in for wget where the machine has none: -q, -O FILE (`-` is the standard output), -S, --header, --post-data, --spider. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fetchUrl } from './fetch.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  // `-qO-` is one word of short options; parseArgs reads it as -q and -O with the value `-`.
  options: {
    quiet: { type: 'boolean', short: 'q' },
    'output-document': { type: 'string', short: 'O' },
    'server-response': { type: 'boolean', short: 'S' },
    header: { type: 'string', multiple: true },
    'post-data': { type: 'string' },
    spider: { type: 'boolean' },
    'no-check-certificate': { type: 'boolean' },
  },
});

const headers: Record<string, string> = {};
for (const line of Array.isArray(values['header']) ? values['header'] : []) {
  const [name = '', ...rest] = String(line).split(':');
  headers[name.trim().toLowerCase()] = rest.join(':').trim();
}
const body = typeof values['post-data'] === 'string' ? values['post-data'] : undefined;
const address = positionals[0] ?? '';
const method = values['spider'] === true ? 'HEAD' : body === undefined ? 'GET' : 'POST';

try {
  const answer = await fetchUrl(address, { method, headers, body, insecure: values['no-check-certificate'] === true });
  if (values['server-response'] === true) process.stderr.write(answer.head);
  if (answer.status >= 400) {
    process.stderr.write(`wget: server returned error: HTTP/1.1 ${answer.status}\n`);
    process.exitCode = 1;
  } else if (values['spider'] !== true) {
    const output =
      typeof values['output-document'] === 'string' ? values['output-document'] : (address.split('/').pop() ?? '') || 'index.html';
    if (output === '-') process.stdout.write(answer.body);
    else writeFileSync(output, answer.body);
  }
} catch (error) {
  process.stderr.write(`wget: can't connect to remote host: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
