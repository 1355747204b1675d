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
  await new Promise((resolve) => setTimeout(resolve, 3000));
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

/** What the process of the pod says first: a pod without a probe is ready before it has said anything. */
async function printed(): Promise<string> {
  for (let text = ''; ; text = kubectl('logs', 'deployment/op').trim()) {
    if (/^\d+$/.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const MANIFEST = JSON.stringify({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'op',
    annotations: {
      'devcluster.caretaker.dev/command': JSON.stringify(['node', '-e', 'console.log(process.pid); setInterval(() => {}, 1000)']),
    },
  },
  spec: {
    selector: { matchLabels: { app: 'op' } },
    template: { metadata: { labels: { app: 'op' } }, spec: { containers: [{ name: 'main', image: 'example.com/op:1' }] } },
  },
});

/** Waits until a process has ended. Until its new parent has taken note it may be there as a zombie, which runs no more. */
async function goneProcess(pid: number): Promise<void> {
  const runs = (): boolean => {
    try {
      process.kill(pid, 0);
      return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  };
  for (const deadline = Date.now() + 30_000; runs(); ) {
    assert.ok(Date.now() < deadline, `process ${pid} of before the restart still runs`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('after kill -9 pods are the same and their processes new, identities are never used again, and old versions are told so', async () => {
  const first = await start('--controllers', '*');
  const lines = (...args: string[]): string[] =>
    kubectl(...args)
      .trim()
      .split('\n');
  execFileSync('kubectl', ['--kubeconfig', join(folder, 'kubeconfig'), 'apply', '-f', '-'], { env: kubectlEnvironment(), input: MANIFEST });
  kubectl('create', 'deployment', 'web', '--image=nginx', '--replicas=2');
  kubectl('rollout', 'status', 'deployment/op', '--timeout=180s');
  kubectl('rollout', 'status', 'deployment/web', '--timeout=180s');
  const identities = (): string[] => lines('get', 'pods', '-o', 'jsonpath={range .items[*]}{.metadata.name} {.metadata.uid}{"\\n"}{end}');
  const restarts = (): string =>
    kubectl('get', 'pods', '-l', 'app=op', '-o', 'jsonpath={.items[0].status.containerStatuses[0].restartCount}');
  const [pods, uids, process1] = [identities(), identities().map((line) => line.split(' ')[1]), await printed()];
  kubectl('create', 'configmap', 'gone');
  const uid = kubectl('get', 'configmap', 'gone', '-o', 'jsonpath={.metadata.uid}');
  const version = Number(kubectl('get', 'configmap', 'gone', '-o', 'jsonpath={.metadata.resourceVersion}'));
  kubectl('delete', 'configmap', 'gone');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await ended(first, 'SIGKILL');

  const second = await start('--controllers', '*');
  try {
    kubectl('wait', '--for=jsonpath={.status.containerStatuses[0].restartCount}=1', 'pods', '-l', 'app=op', '--timeout=180s');
    kubectl('rollout', 'status', 'deployment/op', '--timeout=180s');
    assert.deepEqual(identities(), pods);
    assert.equal(restarts(), '1', 'the process of the pod was started once more');
    const process2 = await printed();
    assert.notEqual(process2, process1);
    await goneProcess(Number(process1));
    kubectl('scale', 'deployment/web', '--replicas=4');
    kubectl('rollout', 'status', 'deployment/web', '--timeout=180s');
    kubectl('create', 'configmap', 'gone');
    const known = [...uids, uid];
    const fresh = identities().filter((line) => !pods.includes(line));
    assert.equal(fresh.length, 2);
    assert.ok(fresh.every((line) => !known.includes(line.split(' ')[1] ?? '')));
    assert.notEqual(kubectl('get', 'configmap', 'gone', '-o', 'jsonpath={.metadata.uid}'), uid);
    assert.ok(Number(kubectl('get', 'configmap', 'gone', '-o', 'jsonpath={.metadata.resourceVersion}')) > version + 1);
    // What happened before the restart is not told a second time: a watch from then has to list again.
    const watch = kubectl('get', '--raw', `/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=${version}&timeoutSeconds=1`);
    assert.match(watch, /"type":"ERROR".*"code":410/);
  } finally {
    await ended(second, 'SIGTERM');
  }
});
