import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Component, createManager, Fence, KubeError, type LeaderElector, silentLogger } from '@caretaker/kube';
import { settle, VirtualClock } from '@caretaker/kube/testing';

function setUp() {
  const clock = new VirtualClock();
  const log: string[] = [];
  const component = (name: string, more: Partial<Component> = {}): Component => ({
    name,
    start: () => void log.push(`start ${name}`),
    stop: () => void log.push(`stop ${name}`),
    ...more,
  });
  let elect: () => void = () => undefined;
  let lose: (error: KubeError) => void = () => undefined;
  const elector: LeaderElector = {
    identity: 'me',
    leading: false,
    fence: new Fence(clock),
    lost: new Promise((resolve) => {
      lose = resolve;
    }),
    acquire: (signal) =>
      new Promise((resolve, reject) => {
        elect = resolve;
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    release: async () => void log.push('give back'),
  };
  return { clock, log, component, elector, elect: () => elect(), lose: (error: KubeError) => lose(error) };
}

test('everything starts in order and stops in reverse: leaders first, then the lease, then the rest', async () => {
  const { clock, log, component, elector, elect } = setUp();
  const manager = createManager({ clock, logger: silentLogger, elector });
  manager.add(component('probes'));
  manager.add(component('informers'));
  manager.addForLeader(component('registry'));
  manager.addForLeader(component('tenant'));
  const abort = new AbortController();
  const running = manager.run(abort.signal);
  await settle();
  assert.deepEqual(log, ['start probes', 'start informers']);
  assert.equal(manager.running, false);
  elect();
  await settle();
  assert.equal(manager.running, true);
  abort.abort();
  await running;
  assert.deepEqual(log.slice(2), [
    'start registry',
    'start tenant',
    'stop tenant',
    'stop registry',
    'give back',
    'stop informers',
    'stop probes',
  ]);
  assert.equal(clock.pending, 0);
});

test('a standby that is stopped never starts what is for leaders', async () => {
  const { clock, log, component, elector } = setUp();
  const manager = createManager({ clock, logger: silentLogger, elector });
  manager.add(component('probes'));
  manager.addForLeader(component('tenant'));
  const abort = new AbortController();
  const running = manager.run(abort.signal);
  await settle();
  abort.abort(new Error('stop'));
  await running;
  assert.deepEqual(log, ['start probes', 'give back', 'stop probes']);
});

test('lost leadership stops everything and is an error', async () => {
  const { clock, log, component, elector, elect, lose } = setUp();
  const manager = createManager({ clock, logger: silentLogger, elector });
  manager.addForLeader(component('tenant'));
  const running = assert.rejects(manager.run(new AbortController().signal), { code: 'KUBE_LEADERSHIP_LOST' });
  await settle();
  elect();
  await settle();
  lose(new KubeError('KUBE_LEADERSHIP_LOST', 'gone'));
  await running;
  assert.deepEqual(log, ['start tenant', 'stop tenant', 'give back']);
});

test('a component that cannot start stops those before it, itself included', async () => {
  const { clock, log, component } = setUp();
  const manager = createManager({ clock, logger: silentLogger });
  manager.add(component('first'));
  manager.add(component('broken', { start: () => Promise.reject(new Error('port in use')) }));
  manager.add(component('never'));
  await assert.rejects(manager.run(new AbortController().signal), /port in use/);
  assert.deepEqual(log, ['start first', 'stop broken', 'stop first']);
});

test('what hangs or fails while stopping does not keep the rest from it', async () => {
  const { clock, log, component } = setUp();
  const manager = createManager({ clock, logger: silentLogger, graceMs: 5_000 });
  manager.add(component('last'));
  manager.add(component('failing', { stop: () => Promise.reject(new Error('no')) }));
  manager.add(component('hanging', { stop: () => new Promise(() => undefined) }));
  const abort = new AbortController();
  const running = manager.run(abort.signal);
  await settle();
  abort.abort();
  await clock.advance(6_000);
  await running;
  assert.equal(log.at(-1), 'stop last');
});

test('what hangs while starting does not keep the process from stopping', async () => {
  const { clock, log, component } = setUp();
  const manager = createManager({ clock, logger: silentLogger });
  manager.add(component('first'));
  manager.add(component('waiting for caches', { start: () => new Promise(() => undefined) }));
  manager.add(component('never'));
  const abort = new AbortController();
  const running = manager.run(abort.signal);
  await settle();
  abort.abort();
  await running;
  assert.deepEqual(log, ['start first', 'stop waiting for caches', 'stop first']);
});

test('leadership that is lost while leaders start stops them', async () => {
  const { clock, log, component, elector, elect, lose } = setUp();
  const manager = createManager({ clock, logger: silentLogger, elector });
  manager.addForLeader(component('tenant', { start: () => new Promise(() => undefined) }));
  const running = assert.rejects(manager.run(new AbortController().signal), { code: 'KUBE_LEADERSHIP_LOST' });
  await settle();
  elect();
  await settle();
  lose(new KubeError('KUBE_LEADERSHIP_LOST', 'gone'));
  await running;
  assert.deepEqual(log, ['stop tenant', 'give back']);
});
