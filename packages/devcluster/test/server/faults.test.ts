import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Clock, Transport } from '@caretaker/kube';
import { DevCluster, StatusError } from '../../src/index.ts';

/** Virtual time: timers fire when it is moved past them. */
function virtualClock() {
  let time = 0;
  let timers: { at: number; fire: () => void }[] = [];
  const clock: Clock = {
    now: () => Date.UTC(2026, 0, 1) + time,
    monotonic: () => time,
    after(ms, fire) {
      const timer = { at: time + ms, fire };
      timers.push(timer);
      const cancel = (): void => {
        timers = timers.filter((each) => each !== timer);
      };
      return { cancel };
    },
  };
  const move = (ms: number): void => {
    time += ms;
    const due = timers.filter((timer) => timer.at <= time).sort((left, right) => left.at - right.at);
    timers = timers.filter((timer) => timer.at > time);
    for (const timer of due) timer.fire();
  };
  return { clock, move };
}

const PATH = '/api/v1/namespaces/default/configmaps';
const post = (transport: Transport, name: string) =>
  transport.send({
    method: 'POST',
    path: PATH,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ metadata: { name } }),
  });
const get = async (transport: Transport, name: string) =>
  (await transport.send({ method: 'GET', path: `${PATH}/${name}`, headers: {} })).status;

describe('faults of a simulated cluster', () => {
  test('a lost reply breaks the connection, and the write has happened', async () => {
    const faults = { loseReply: (request: { method: string }) => request.method === 'POST' };
    const transport = new DevCluster({ ...virtualClock(), faults }).transport();
    await assert.rejects(post(transport, 'a'), { code: 'ECONNRESET' });
    assert.equal(await get(transport, 'a'), 200);
  });

  test('a refused write has not happened', async () => {
    const faults = {
      before: () => {
        throw new StatusError(429, 'TooManyRequests', 'slow down', { retryAfterSeconds: 3 });
      },
    };
    const transport = new DevCluster({ ...virtualClock(), faults }).transport();
    const answer = await post(transport, 'a');
    assert.equal(answer.status, 429);
    assert.equal(answer.headers['retry-after'], '3');
    assert.equal(await get(transport, 'a'), 404);
  });

  test('a request may be answered with anything', async () => {
    const faults = { request: () => new StatusError(503, 'ServiceUnavailable', 'not now') };
    const transport = new DevCluster({ ...virtualClock(), faults }).transport();
    assert.equal(await get(transport, 'a'), 503);
  });

  test('a watch hears late, and in order', async () => {
    const { clock, move } = virtualClock();
    const delays = [500, 0];
    const cluster = new DevCluster({ clock, faults: { watchDelay: () => delays.shift() ?? 0 } });
    const transport = cluster.transport();
    const watch = await transport.send({
      method: 'GET',
      path: `${PATH}?watch=true&resourceVersion=${cluster.core.store.revision}`,
      headers: {},
    });
    const events = watch.chunks()[Symbol.asyncIterator]();
    const heard: string[] = [];
    const reading = (async () => {
      for (let count = 0; count < 2; count += 1) {
        const { value } = await events.next();
        heard.push(JSON.parse(Buffer.from(value ?? []).toString()).object.metadata.name);
      }
    })();
    await post(transport, 'first');
    await post(transport, 'second');
    move(499);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(heard, []);
    move(1);
    await reading;
    assert.deepEqual(heard, ['first', 'second']);
    await transport.close();
  });
});
