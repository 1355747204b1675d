// `npm run demo -- --bare --persist`: the cluster is there again after the process was killed without warning.
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { kubectlEnvironment } from './lib/control-plane.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'caretaker-persist-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function start(...more: string[]): Promise<ChildProcess> {
  const main = join(root, 'packages', 'caretaker', 'src', 'main.ts');
  const args = ['--disable-warning=ExperimentalWarning', main, 'dev', '--bare', '--persist', '--data-dir', folder, ...more];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with status ${code} before it was ready`)));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (/^ready$/m.test(text)) resolve(child);
    });
  });
}

const kubectl = (...args: string[]): string =>
  execFileSync('kubectl', ['--kubeconfig', join(folder, 'kubeconfig'), ...args], { env: kubectlEnvironment(), encoding: 'utf8' });

const ended = (child: ChildProcess, signal: NodeJS.Signals): Promise<void> =>
  new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', () => resolve());
    child.kill(signal);
  });

test('after kill -9 objects, their versions and the admin’s token are as they were', async () => {
  const first = await start();
  const before = readFileSync(join(folder, 'kubeconfig'), 'utf8');
  kubectl('create', 'configmap', 'kept', '--from-literal=a=1');
  const stored = kubectl('get', 'configmap', 'kept', '-o', 'json');
  // Writes are stored in groups: a later write that is answered says nothing about the group, time does.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await ended(first, 'SIGKILL');

  const second = await start();
  try {
    assert.equal(kubectl('get', 'configmap', 'kept', '-o', 'json'), stored);
    const token = /token: (.*)/.exec(before)?.[1];
    assert.ok(token !== undefined && readFileSync(join(folder, 'kubeconfig'), 'utf8').includes(token));
    kubectl('create', 'configmap', 'new', '--from-literal=b=2');
    const version = (name: string): number => Number(kubectl('get', 'configmap', name, '-o', 'jsonpath={.metadata.resourceVersion}'));
    assert.ok(version('new') > version('kept'), 'versions go on, they do not start again');
  } finally {
    await ended(second, 'SIGTERM');
  }
});
