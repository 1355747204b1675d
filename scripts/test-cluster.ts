// Runs the tests against real services: a kube-apiserver built from Go modules, MariaDB, PostgreSQL. One file after another, since they share two cores.
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
await command(process.execPath, [
  '--disable-warning=ExperimentalWarning',
  '--test',
  '--test-force-exit',
  '--test-concurrency=1',
  '--test-timeout=1500000',
  ...files,
]);

function command(name: string, args: string[]): Promise<void> {
  return new Promise((resolve) => {
    spawn(name, args, { stdio: 'inherit' }).on('exit', (code) => (code === 0 ? resolve() : process.exit(code ?? 1)));
  });
}
