// Runs the tests against real services: a kube-apiserver built from Go modules, MariaDB, PostgreSQL.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { buildControlPlane } from '../test/cluster/lib/control-plane.ts';

const wanted = process.argv.slice(2);
const files = globSync('test/cluster/**/*.test.ts')
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`no test file below test/cluster matches ${wanted.join(' ')}`);
  process.exit(1);
}
await command('bash', ['test/cluster/services.sh']);
await buildControlPlane((line) => console.error(line));
/** Files that spend minutes watching that nothing happens: side by side they cost the two cores little. All others come one after another. */
const isPatient = (file: string): boolean => /(autopilot-figures|tenant-operator)\.test\.ts$/.test(file);
const codes = [
  await testFiles(files.filter(isPatient), 2),
  await testFiles(
    files.filter((file) => !isPatient(file)),
    1,
  ),
];
process.exit(Math.max(...codes));

async function testFiles(wantedFiles: readonly string[], concurrency: number): Promise<number> {
  if (wantedFiles.length === 0) return 0;
  return run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--test',
    // Handles that a failed start leaves open must not hold CI. (The last passes of a file may go unreported so; failures never do: the exit code tells.)
    '--test-force-exit',
    `--test-concurrency=${concurrency}`,
    '--test-timeout=1500000',
    ...wantedFiles,
  ]);
}

async function command(name: string, args: string[]): Promise<void> {
  const code = await run(name, args);
  if (code !== 0) process.exit(code);
}

function run(name: string, args: string[]): Promise<number> {
  return new Promise((resolve) => {
    spawn(name, args, { stdio: 'inherit' }).on('exit', (code) => resolve(code ?? 1));
  });
}
