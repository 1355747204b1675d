/** Stand-in for curl where the machine has none: -s -S -f -i -I -k -L -v, -X, -H, -d, -o. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fetchUrl } from './fetch.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    silent: { type: 'boolean', short: 's' },
    'show-error': { type: 'boolean', short: 'S' },
    fail: { type: 'boolean', short: 'f' },
    include: { type: 'boolean', short: 'i' },
    head: { type: 'boolean', short: 'I' },
    insecure: { type: 'boolean', short: 'k' },
    location: { type: 'boolean', short: 'L' },
    verbose: { type: 'boolean', short: 'v' },
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string', short: 'd' },
    output: { type: 'string', short: 'o' },
  },
});

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const headers: Record<string, string> = {};
for (const line of Array.isArray(values['header']) ? values['header'] : []) {
  const [name = '', ...rest] = String(line).split(':');
  headers[name.trim().toLowerCase()] = rest.join(':').trim();
}
const body = text(values['data']);
const method = text(values['request']) ?? (values['head'] === true ? 'HEAD' : body === undefined ? 'GET' : 'POST');

try {
  const answer = await fetchUrl(positionals[0] ?? '', { method, headers, body, insecure: values['insecure'] === true });
  const failed = values['fail'] === true && answer.status >= 400;
  if (values['include'] === true || values['head'] === true) process.stdout.write(answer.head);
  const output = text(values['output']);
  if (!failed && output !== undefined && output !== '-') writeFileSync(output, answer.body);
  else if (!failed) process.stdout.write(answer.body);
  process.exitCode = failed ? 22 : 0;
} catch (error) {
  if (values['silent'] !== true || values['show-error'] === true)
    process.stderr.write(`curl: (7) ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 7;
}
