// DESIGN §3, lease: two leaders at once do no harm. A leader is stopped (SIGSTOP) until another has taken over, and goes on.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  createClient,
  createDiscovery,
  createTransport,
  type KubeClient,
  loadKubeconfig,
  systemClock,
  type Transport,
} from '@caretaker/kube';
import type { ControlPlane } from '../lib/control-plane.ts';

const namespace = 'election';
let controlPlane: ControlPlane;
let transport: Transport;
let client: KubeClient;
const children: ChildProcess[] = [];

interface Candidate {
  process: ChildProcess;
  /** Resolves when a line that matches has been printed, with all lines so far. */
  printed(pattern: RegExp): Promise<string[]>;
  exited: Promise<number | null>;
}

function start(identity: string): Candidate {
  const script = join(import.meta.dirname, '..', 'lib', 'candidate.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, controlPlane.operatorKubeconfig, namespace, identity],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    lines.push(...chunk.toString().trim().split('\n'));
    for (const look of waiting) look();
  });
  return {
    process: child,
    exited: new Promise((resolve) => child.on('exit', resolve)),
    printed: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!lines.some((line) => pattern.test(line))) return;
          waiting.delete(look);
          resolve([...lines]);
        };
        waiting.add(look);
        look();
      }),
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => void systemClock.after(50, resolve));
}

export function leaderElectionSuite(name: string, startPlane: () => Promise<ControlPlane>): void {
  describe(`leader election on ${name}`, () => {
    before(async () => {
      controlPlane = await startPlane();
      transport = createTransport(await loadKubeconfig({ clock: systemClock, path: controlPlane.operatorKubeconfig }), {
        clock: systemClock,
      });
      const discovery = createDiscovery({ transport, clock: systemClock });
      client = createClient({ transport, clock: systemClock, discovery, fieldManager: 'test' });
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shared', namespace } });
    });

    after(async () => {
      for (const child of children) child.kill('SIGKILL');
      await transport.close();
      await controlPlane.stop();
    });

    test('a leader that was stopped writes nothing after another has taken over', { timeout: 300_000 }, async () => {
      const writers: string[] = [];
      const abort = new AbortController();
      const { metadata } = await client.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace });
      const watching = (async () => {
        const from = metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion };
        for await (const event of client.watch(
          { apiVersion: 'v1', kind: 'ConfigMap' },
          { namespace, fieldSelector: 'metadata.name=shared', ...from, signal: abort.signal },
        )) {
          if (event.type !== 'ERROR') writers.push(String(Reflect.get(Object(event.object['data']), 'writer')));
        }
      })().catch(() => undefined);

      const first = start('first');
      await first.printed(/^leading/);
      await until(() => writers.includes('first'));
      const second = start('second');
      await second.printed(/^standing/);
      assert.ok(first.process.kill('SIGSTOP'));
      await second.printed(/^leading/);
      await until(() => writers.includes('second'));
      const before = writers.lastIndexOf('first');
      assert.ok(before >= 0 && writers.includes('second'));
      assert.ok(first.process.kill('SIGCONT'));
      const lines = await first.printed(/^lost/);
      assert.equal(await first.exited, 0);
      // Events come in the order of the writes: once these are seen, so is what came before.
      const seen = writers.length;
      await until(() => writers.length >= seen + 10);
      abort.abort();
      await watching;
      assert.equal(writers.lastIndexOf('first'), before, `the first leader wrote after its time; it printed ${lines.join(' | ')}`);
      assert.ok(writers.indexOf('second') > before, 'never both at once');
    });
  });
}
