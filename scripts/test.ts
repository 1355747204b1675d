// Runs every hermetic test of the workspace: packages/*/test/**/*.test.ts and test/unit. Arguments narrow it: `npm test -- packages/kube`.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

const wanted = process.argv.slice(2);
const files = globSync(['packages/*/test/**/*.test.ts', 'test/unit/**/*.test.ts'])
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.startsWith(part)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${wanted.join(' ') || 'packages/*/test/**/*.test.ts'}`);
  process.exit(1);
}
const seed = process.env['CI'] || process.env['FAST_CHECK_SEED'] ? ['--import', new URL('./fixed-seed.ts', import.meta.url).href] : [];
const child = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', ...seed, '--test', '--test-concurrency=2', '--test-timeout=240000', ...files],
  {
    stdio: 'inherit',
  },
);
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
