// The binary: `run` (the default) is the operator, `render` prints what the assets become.

import { flagTable } from './command/flags.ts';
import { renderCommand, renderHelp } from './command/render.ts';
import { type Process, runCommand } from './command/run.ts';
import { messageOf } from './errors.ts';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

const surroundings: Process = {
  env: process.env,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  signal: stopping.signal,
};

const help = `Keeps the platform around KubeVirt in its golden state.

  virt-platform-autopilot [run] [flags]    the operator
  virt-platform-autopilot render [flags]   prints what the assets become; render --help

Flags of run:
${flagTable.map(([name, value, what]) => `  --${`${name} ${value}`.padEnd(36)} ${what}`).join('\n')}
`;

const [first = 'run', ...rest] = process.argv.slice(2);
const [command, argv] = first.startsWith('-') ? ['run', [first, ...rest]] : [first, rest];
const wantsHelp = argv.includes('--help') || argv.includes('-h') || command === 'help';
try {
  if (wantsHelp) process.stdout.write(command === 'render' ? renderHelp : help);
  else if (command === 'render') await renderCommand(argv, surroundings);
  else if (command === 'run') await runCommand(argv, surroundings);
  else {
    process.stderr.write(`unknown command ${JSON.stringify(command)}; there are run and render\n`);
    process.exitCode = 2;
  }
} catch (error) {
  const hint: unknown = error instanceof Error ? Reflect.get(error, 'hint') : undefined;
  process.stderr.write(`ERROR ${messageOf(error)}${typeof hint === 'string' && hint !== '' ? `\nhint: ${hint}` : ''}\n`);
  process.exitCode = 1;
}
