import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import fc from 'fast-check';
import { keyOfObject, ObjectStore } from '../../src/informer/store.ts';

const object: fc.Arbitrary<KubeObject> = fc
  .record({
    namespace: fc.option(fc.constantFrom('n', 'm'), { nil: undefined }),
    name: fc.constantFrom('a', 'b', 'c'),
    apps: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
  })
  .map(({ namespace, name, apps }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    apps: [...new Set(apps)],
  }));

const appsOf = (of: KubeObject): string[] => (Array.isArray(of['apps']) ? of['apps'].map(String) : []);

test('an index always says the same as a search through everything', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), object), { maxLength: 40 }), fc.nat(40), (steps, indexAt) => {
      const store = new ObjectStore();
      const model = new Map<string, KubeObject>();
      for (const [number, [remove, item]] of steps.entries()) {
        if (number === indexAt) store.addIndex('app', appsOf);
        const key = keyOfObject(item);
        const old = remove ? store.delete(key) : store.set(key, item);
        assert.equal(old, model.get(key));
        if (remove) model.delete(key);
        else model.set(key, item);
      }
      store.addIndex('app', appsOf);
      assert.deepEqual(new Set(store.values()), new Set(model.values()));
      for (const app of ['x', 'y', 'z']) {
        const searched = [...model.values()].filter((item) => appsOf(item).includes(app));
        assert.deepEqual(new Set(store.byIndex('app', app)), new Set(searched));
        assert.equal(store.byIndex('app', app).length, searched.length);
      }
    }),
  );
});
