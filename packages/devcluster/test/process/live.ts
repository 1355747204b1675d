import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { GroupVersionKind, KubeObject } from '@caretaker/kube';
import type { ClusterApi } from '../../src/controllers/contract.ts';
import { BINARY, WebSocketReader, webSocketFrame } from '../../src/process/websocket/frames.ts';
import { startDevCluster } from '../../src/start-dev-cluster.ts';
import { isReady } from '../../src/workloads/machinery/pods.ts';
import { workloadControllers } from '../../src/workloads/suite.ts';

/** A cluster on a port of its own, on the real clock, whose annotated pods are processes. */
export interface Live {
  api: ClusterApi;
  /** Resolves when a change of this kind makes the condition hold. */
  until<T>(kind: GroupVersionKind, condition: (objects: readonly KubeObject[]) => T | undefined): Promise<T>;
  get(path: string): Promise<{ status: number; body: string }>;
  exec(pod: string, argv: readonly string[], stdin?: string): Promise<{ stdout: string; stderr: string; status: string }>;
  close(): Promise<void>;
}

export async function startLive(): Promise<Live> {
  const directory = mkdtempSync(join(tmpdir(), 'devcluster-test-'));
  const running = await startDevCluster({});
  running.cluster.start(workloadControllers(running.cluster, { processes: { directory } }));
  const api = running.cluster.api();
  const { hostname, port } = new URL(running.url);
  const options = { host: hostname, port, ca: running.caPem };
  const headers = { authorization: `Bearer ${running.adminToken}` };
  return {
    api,
    until: (kind, condition) =>
      new Promise((resolve) => {
        let stop: (() => void) | undefined;
        const look = (): boolean => {
          const value = condition(api.list(kind));
          if (value === undefined) return false;
          stop?.();
          resolve(value);
          return true;
        };
        // What nothing changes any more is told by no event.
        if (!look()) stop = api.watch(kind, look);
      }),
    get: (path) =>
      new Promise((resolve, reject) => {
        const outgoing = request({ ...options, path, headers }, (answer) => {
          let body = '';
          answer.on('data', (chunk: Buffer) => {
            body += chunk.toString();
          });
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }));
        });
        outgoing.once('error', reject);
        outgoing.end();
      }),
    exec: async (pod, argv, stdin) => {
      const query = new URLSearchParams({ stdout: 'true', stderr: 'true' });
      for (const word of argv) query.append('command', word);
      if (stdin !== undefined) query.set('stdin', 'true');
      const upgrade = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      };
      const outgoing = request({
        ...options,
        path: `/api/v1/namespaces/default/pods/${pod}/exec?${query}`,
        headers: { ...headers, ...upgrade, 'sec-websocket-protocol': 'v5.channel.k8s.io' },
      });
      outgoing.once('response', ({ statusCode }) => outgoing.destroy(new Error(`exec in ${pod}: ${statusCode}`)));
      outgoing.end();
      const [, socket, head] = (await once(outgoing, 'upgrade')) as [IncomingMessage, Duplex, Buffer];
      return converse(socket, head, stdin);
    },
    close: async () => {
      await running.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The client's side of v5.channel.k8s.io. */
async function converse(
  socket: Duplex,
  head: Buffer,
  stdin: string | undefined,
): Promise<{ stdout: string; stderr: string; status: string }> {
  const channels = ['', '', '', ''];
  const reader = new WebSocketReader();
  const take = (chunk: Buffer): void => {
    for (const { opcode, payload } of reader.push(chunk)) {
      if (opcode !== BINARY) continue;
      const channel = payload[0] ?? 0;
      if (channel < 4) channels[channel] += payload.subarray(1).toString();
    }
  };
  take(head);
  socket.on('data', take);
  if (stdin !== undefined) {
    socket.write(masked(Buffer.concat([Buffer.from([0]), Buffer.from(stdin)])));
    socket.write(masked(Buffer.from([255, 0])));
  }
  await once(socket, 'end');
  socket.destroy();
  return { stdout: channels[1] ?? '', stderr: channels[2] ?? '', status: channels[3] ?? '' };
}

function masked(payload: Buffer): Buffer {
  const frame = webSocketFrame(BINARY, payload);
  // A mask of zeros leaves the bytes as they are.
  return Buffer.concat([Buffer.from([frame[0] ?? 0, (frame[1] ?? 0) | 0x80]), Buffer.alloc(4), payload]);
}

/** A Deployment whose pods run a piece of JavaScript. */
export function processDeployment(
  name: string,
  code: string,
  spec: Record<string, unknown> = {},
  container: Record<string, unknown> = {},
): KubeObject {
  const labels = { app: name };
  const main = {
    name: 'main',
    image: 'example.com/op:1',
    env: [
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    ...container,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'devcluster.caretaker.dev/command': JSON.stringify(['node', '-e', code, '--']) },
    },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [main] } }, ...spec },
  };
}

/** The ready pods of a Deployment, once there are this many. */
export function readyPods(name: string, count: number): (pods: readonly KubeObject[]) => KubeObject[] | undefined {
  return (pods) => {
    const ready = pods.filter(
      (pod) => pod.metadata.labels?.['app'] === name && isReady(pod) && pod.metadata.deletionTimestamp === undefined,
    );
    return ready.length === count ? ready : undefined;
  };
}
