/** 2,000 random sequences of writes, each answered by a real kube-apiserver and by devcluster: no answer, object or managedFields may differ. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type ControlPlane, startControlPlane } from './lib/control-plane.ts';

const run = promisify(execFile);
const port = 23_000;
let plane: ControlPlane;

before(async () => {
  // Without the garbage collector: it removes objects whose invented owners it cannot find, in its own time.
  plane = await startControlPlane({ port, controllers: 'namespace-controller' });
});
after(() => plane.stop());

test('2,000 random sequences of writes: 0 differ', { timeout: 600_000 }, async () => {
  const script = join(import.meta.dirname, 'differential', 'run.ts');
  const options = ['--real', `https://127.0.0.1:${port}`, '--port', String(port + 901), '--from', '0', '--count', '2000'];
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...options], {
    maxBuffer: 16 << 20,
  }).catch((error: unknown) => {
    const said = error !== null && typeof error === 'object' && 'stdout' in error ? String(error.stdout) : String(error);
    assert.fail(said);
  });
  assert.match(stdout, /^2000 sequences, 1\d{4} requests .*: 0 differ$/m);
});
