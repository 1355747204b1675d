import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Transport } from '@caretaker/kube';
import { deployment } from '../../bench/objects.ts';
import { type BenchRequest, NAMESPACE, WORKS } from '../../bench/works.ts';
import { DevCluster } from '../../src/index.ts';

/** Texts shorter than this are names and elements; longer ones are objects. */
const OBJECT_LENGTH = 300;
const COUNT = 50;

interface Calls {
  parsed: number;
  written: number;
  cloned: number;
}

/** How often whole objects were parsed, written as text and cloned by the runtime meanwhile. */
async function counting(work: () => Promise<void>): Promise<Calls> {
  const calls: Calls = { parsed: 0, written: 0, cloned: 0 };
  const { parse, stringify } = JSON;
  const { structuredClone: clone } = globalThis;
  const counted = {
    parse: (...args: Parameters<typeof parse>): unknown => {
      if (args[0].length >= OBJECT_LENGTH) calls.parsed += 1;
      return Reflect.apply(parse, JSON, args);
    },
    stringify: (...args: Parameters<typeof stringify>): unknown => {
      const text: unknown = Reflect.apply(stringify, JSON, args);
      if (typeof text === 'string' && text.length >= OBJECT_LENGTH) calls.written += 1;
      return text;
    },
  };
  Object.assign(JSON, counted);
  globalThis.structuredClone = <T>(value: T): T => {
    calls.cloned += 1;
    return clone(value);
  };
  try {
    await work();
  } finally {
    Object.assign(JSON, { parse, stringify });
    globalThis.structuredClone = clone;
  }
  return calls;
}

/** What one request may cost: counts do not depend on the machine or on what else it does. */
const LIMITS: Readonly<Record<string, Calls>> = {
  'POST Deployment': { parsed: 1, written: 1, cloned: 0 },
  'PUT Deployment': { parsed: 1, written: 1, cloned: 0 },
  'apply Deployment (create)': { parsed: 1, written: 1, cloned: 0 },
  'apply Deployment (no change)': { parsed: 1, written: 0, cloned: 0 },
  'apply Deployment (change)': { parsed: 1, written: 1, cloned: 0 },
  'merge patch Deployment': { parsed: 0, written: 1, cloned: 0 },
  'strategic patch Deployment': { parsed: 0, written: 1, cloned: 0 },
  'GET Deployment': { parsed: 0, written: 0, cloned: 0 },
};

describe('what requests cost, in calls', () => {
  const cluster = new DevCluster();
  const transport: Transport = cluster.transport();

  const send = async ({ method, path, type, body }: BenchRequest): Promise<string> => {
    const headers = { accept: 'application/json', ...(type === undefined ? {} : { 'content-type': type }) };
    const answer = await transport.send({ method, path, headers, ...(body === undefined ? {} : { body }) });
    const text = await answer.text();
    assert.ok(answer.status < 300, text);
    return text;
  };

  /** The requests of a work, made beforehand so that they do not count. */
  const all = async (name: string): Promise<Calls> => {
    const work = WORKS.find((one) => one.name === name);
    assert.ok(work !== undefined, name);
    const requests = Array.from({ length: COUNT }, (_, index) => work.request(index));
    return counting(async () => {
      for (const request of requests) await send(request);
    });
  };

  before(async () => {
    await send({
      method: 'POST',
      path: '/api/v1/namespaces',
      type: 'application/json',
      body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }),
    });
  });
  after(() => cluster.close());

  for (const [name, limit] of Object.entries(LIMITS)) {
    test(name, async () => {
      const calls = await all(name);
      // what is remembered is made once: field sets, schemas
      const once = 4;
      for (const kind of ['parsed', 'written', 'cloned'] as const)
        assert.ok(calls[kind] <= limit[kind] * COUNT + once, `${name}: ${kind} ${calls[kind]} times for ${COUNT} requests`);
    });
  }

  test('a list is put together from texts that are there', async () => {
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
    await send({ method: 'GET', path });
    let text = '';
    const calls = await counting(async () => {
      text = await send({ method: 'GET', path });
    });
    assert.deepEqual(calls, { parsed: 0, written: 0, cloned: 0 });
    const list = JSON.parse(text) as { items: { metadata: { name: string }; kind?: string }[] };
    assert.equal(list.items.length, 2 * COUNT);
    assert.equal(list.items[0]?.kind, undefined);
  });

  test('more watchers do not write an object more often', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const reading = Array.from({ length: 5 }, async () => {
      const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments?watch=true&resourceVersion=${cluster.core.store.revision}`;
      const answer = await transport.send({ method: 'GET', path, headers: {}, signal: controller.signal });
      for await (const chunk of answer.chunks()) {
        seen.push(Buffer.from(chunk).toString());
        return;
      }
    });
    const request: BenchRequest = {
      method: 'POST',
      path: `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
      type: 'application/json',
      body: JSON.stringify(deployment('watched')),
    };
    await new Promise((resolve) => setImmediate(resolve));
    const calls = await counting(async () => {
      await send(request);
      await Promise.all(reading);
    });
    controller.abort();
    assert.equal(new Set(seen).size, 1);
    assert.equal(seen.length, 5);
    assert.deepEqual(calls, { parsed: 1, written: 1, cloned: 0 });
  });
});
