import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Clock, KubeObject } from '@caretaker/kube';
import fc from 'fast-check';
import { Store } from '../../src/storage/store.ts';

/** A clock that stands until it is moved. */
function handClock() {
  let time = 1_000_000;
  const clock: Clock = { now: () => time, monotonic: () => time, after: () => ({ cancel() {} }) };
  const move = (ms: number): void => {
    time += ms;
  };
  return { clock, move };
}

const object = (name: string, data = ''): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'a' },
  data: { data },
});
const names = (objects: Iterable<KubeObject>): string[] =>
  [...objects].map((each) => `${each.metadata.name ?? ''}@${each.metadata.resourceVersion ?? ''}`);

describe('the store', () => {
  test('lists in order of names, at any version that it still knows', () => {
    const store = new Store({ clock: handClock().clock });
    const table = store.table('/configmaps');
    const b = store.create(table, object('b'));
    const first = store.revision;
    store.create(table, object('a'));
    store.replace(table, b, object('b', 'new'));
    store.remove(table, table.get('a', 'a') ?? b);
    assert.deepEqual(names(table.values()), ['b@4']);
    const objectsAt = (revision: number) => table.entriesAt(revision).map((entry) => entry.cell.object);
    assert.deepEqual(names(objectsAt(first)), ['b@2']);
    assert.deepEqual(names(objectsAt(first + 1)), ['a@3', 'b@2']);
  });

  test('forgets changes after a while, and says so', () => {
    const { clock, move } = handClock();
    const store = new Store({ clock, keepMs: 60_000 });
    const table = store.table('/configmaps');
    store.create(table, object('old'));
    const old = store.revision;
    move(120_000);
    store.create(table, object('new'));
    assert.equal(store.reaches(table, old - 1), false);
    assert.equal(store.reaches(table, store.revision), true);
  });

  test('a walk back in time gives every state that there was, also of objects kept as text', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.boolean()), { maxLength: 40 }), (writes) => {
        const store = new Store({ clock: handClock().clock, youngCells: 2 });
        const table = store.table('/configmaps');
        const states: [number, string[]][] = [[store.revision, []]];
        for (const [name, remove] of writes) {
          const live = table.get('a', name);
          if (live === undefined) store.create(table, object(name));
          else if (remove) store.remove(table, live);
          else store.replace(table, live, object(name, 'changed'));
          states.push([store.revision, names(table.values())]);
        }
        for (const [revision, state] of states) assert.deepEqual(names(table.entriesAt(revision).map((entry) => entry.cell.object)), state);
      }),
      { numRuns: 200 },
    );
  });

  test('knows the dependents of an owner while they name it', () => {
    const store = new Store({ clock: handClock().clock });
    const table = store.table('/configmaps');
    const owned = object('child');
    owned.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u1' }];
    const stored = store.create(table, owned);
    assert.deepEqual(store.dependents('u1'), [{ table: '/configmaps', namespace: 'a', name: 'child' }]);
    store.replace(table, stored, object('child'));
    assert.deepEqual(store.dependents('u1'), []);
  });
});
