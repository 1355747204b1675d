// Runs the tests against real services: a kube-apiserver built from Go modules, MariaDB, PostgreSQL. Arguments narrow it: `npm run test:cluster -- sources`.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { buildControlPlane } from '../test/cluster/lib/control-plane.ts';

/** Most of the time is spent waiting for controllers and timers: two files share the machine. Each brings its own servers, on ports of its own. */
const AT_ONCE = 2;
/** Those that take minutes begin first, so that none of them is left alone at the end. */
const LONG = ['kubectl-commands', 'tenant-operator', 'autopilot-figures', 'tenant-operator-devcluster', 'workloads', 'autopilot'];
const FILE_TIMEOUT_MS = 1_500_000;

interface Outcome {
  file: string;
  code: number;
  seconds: number;
}

const wanted = process.argv.slice(2);
const rank = (file: string): number => {
  const place = LONG.indexOf(basename(file, '.test.ts'));
  return place < 0 ? LONG.length : place;
};
const queue = globSync('test/cluster/**/*.test.ts')
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort((left, right) => rank(left) - rank(right) || left.localeCompare(right));
if (queue.length === 0) {
  console.error(`no test file below test/cluster matches ${wanted.join(' ')}`);
  process.exit(1);
}
const code = await run('bash', ['test/cluster/services.sh']);
if (code !== 0) process.exit(code);
await buildControlPlane((line) => console.error(line));

const total = queue.length;
const outcomes: Outcome[] = [];
await Promise.all(Array.from({ length: Math.min(AT_ONCE, total) }, lane));
console.log('=== seconds by file');
for (const { file, seconds, code: exit } of outcomes)
  console.log(`${String(Math.round(seconds)).padStart(6)}  ${file}${exit === 0 ? '' : '  FAILED'}`);
process.exit(outcomes.every((outcome) => outcome.code === 0) ? 0 : 1);

async function lane(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    console.log(`--- ${file} begins (${total - queue.length} of ${total})`);
    const began = performance.now();
    const result = await testFile(file);
    const seconds = (performance.now() - began) / 1000;
    outcomes.push({ file, code: result.code, seconds });
    console.log(`=== ${file}: ${result.code === 0 ? 'passed' : 'FAILED'} after ${Math.round(seconds)} s\n${result.output}`);
  }
}

/** What a file prints is kept together: it is told when the file is done, or at once when it is the only one. */
function testFile(file: string): Promise<{ code: number; output: string }> {
  const flags = [
    '--disable-warning=ExperimentalWarning',
    '--test',
    // Handles that a failed start leaves open must not hold CI. (The last passes of a file may go unreported so; failures never do: the exit code tells.)
    '--test-force-exit',
    `--test-timeout=${FILE_TIMEOUT_MS}`,
  ];
  const alone = total === 1;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, file], { stdio: ['ignore', alone ? 'inherit' : 'pipe', alone ? 'inherit' : 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('close', (exit) => resolve({ code: exit ?? 1, output }));
  });
}

function run(name: string, args: string[]): Promise<number> {
  return new Promise((resolve) => {
    spawn(name, args, { stdio: 'inherit' }).on('exit', (exit) => resolve(exit ?? 1));
  });
}
