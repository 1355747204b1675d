/** Laws of server-side apply, over random objects of a built-in kind and of a custom one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import fc from 'fast-check';
import { managedFields } from '../../src/apply/managed-fields.ts';
import { equalValues } from '../../src/apply/typed-view.ts';
import { compileDefinition } from '../../src/crd/compile.ts';
import { builtinTypes } from '../../src/schema/builtin-types.ts';
import { RequestFault, type TypeInfo } from '../../src/schema/contract.ts';

const TIME = '2024-01-01T00:00:00Z';

const configMap = builtinTypes().find((type) => type.kind === 'ConfigMap') as TypeInfo;

const widget = compileDefinition({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  ports: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['port'],
                    items: {
                      type: 'object',
                      properties: { port: { type: 'integer' }, name: { type: 'string' }, note: { type: 'string' } },
                    },
                  },
                  tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
                  settings: { type: 'object', additionalProperties: { type: 'string' } },
                  frozen: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'string' } },
                },
              },
            },
          },
        },
      },
    ],
  },
} as unknown as KubeObject).storage;

const typeOf = (apiVersion: string): TypeInfo | undefined =>
  apiVersion === 'v1' ? configMap : apiVersion === 'example.com/v1' ? widget : undefined;

function apply(type: TypeInfo, live: KubeObject | undefined, content: JsonObject, manager: string, force = false): KubeObject {
  const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
  const applied: JsonObject = { apiVersion, kind: type.kind, metadata: { name: 'x', namespace: 'n' }, ...structuredClone(content) };
  return managedFields.apply(type, live, applied, { manager, subresource: '', time: TIME, typeOf, force });
}

/** An object without its entries, whose times and order mean nothing here. */
const content = ({ metadata: { managedFields: _, ...metadata }, ...rest }: KubeObject): JsonValue =>
  ({ ...rest, metadata }) as unknown as JsonValue;

const sortedEntries = (object: KubeObject): JsonValue =>
  [...(object.metadata.managedFields ?? [])].sort((a, b) => ((a.manager ?? '') < (b.manager ?? '') ? -1 : 1)) as unknown as JsonValue;

const names = ['a', 'b', 'c', 'd'];
const texts = fc.dictionary(fc.constantFrom(...names), fc.constantFrom('1', '2', '3'), { maxKeys: 4 });
const someTexts = fc.dictionary(fc.constantFrom(...names), fc.constantFrom('1', '2', '3'), { minKeys: 1, maxKeys: 4 });

/** Lists and maps of a custom resource with something in them: empty ones have no fields that anybody could own. */
const widgetContent: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      ports: fc
        .uniqueArray(fc.constantFrom(80, 81, 82), { minLength: 1, maxLength: 3 })
        .chain((ports) =>
          fc.tuple(
            ...ports.map((port) => fc.record({ port: fc.constant(port), name: fc.constantFrom('p', 'q') }, { requiredKeys: ['port'] })),
          ),
        ),
      tags: fc.uniqueArray(fc.constantFrom('r', 's', 't'), { minLength: 1, maxLength: 3 }),
      settings: someTexts,
      frozen: someTexts,
    },
    { requiredKeys: [] },
  )
  .map((spec) => (Object.keys(spec).length === 0 ? {} : ({ spec } as unknown as JsonObject)));

/** An empty map of a built-in kind is not stored, so who applies one does not own what is there: it is left out here. */
const withData = (data: Record<string, string>): JsonObject => (Object.keys(data).length === 0 ? {} : { data });

const kinds: readonly { readonly type: TypeInfo; readonly made: fc.Arbitrary<JsonObject> }[] = [
  { type: configMap, made: texts.map(withData) },
  { type: widget, made: widgetContent },
];

for (const { type, made } of kinds) {
  describe(`apply of a ${type.kind}`, () => {
    it('is idempotent: the second time keeps the object, entries included', () => {
      fc.assert(
        fc.property(made, (one) => {
          const first = apply(type, undefined, one, 'alpha');
          const second = apply(type, first, one, 'alpha');
          managedFields.settle(first, second);
          assert.deepEqual(JSON.parse(JSON.stringify(second)), JSON.parse(JSON.stringify(first)));
        }),
      );
    });

    it('removes what its last owner leaves out', () => {
      fc.assert(
        fc.property(made, (one) => {
          const left = apply(type, apply(type, undefined, one, 'alpha'), {}, 'alpha');
          const never = apply(type, undefined, {}, 'alpha');
          assert.ok(equalValues(content(left), content(never)), JSON.stringify(content(left)));
        }),
      );
    });

    it('keeps what another owner has, and conflicts with nobody who says the same', () => {
      fc.assert(
        fc.property(made, (one) => {
          const shared = apply(type, apply(type, undefined, one, 'alpha'), one, 'beta');
          const left = apply(type, shared, {}, 'alpha');
          assert.ok(equalValues(content(shared), content(left)), JSON.stringify(content(left)));
        }),
      );
    });

    it('gives a forced field to one owner only', () => {
      fc.assert(
        fc.property(made, made, (one, two) => {
          const taken = apply(type, apply(type, undefined, one, 'alpha'), two, 'beta', true);
          // everything that beta said holds, so beta says it again without force
          const again = apply(type, taken, two, 'beta');
          assert.ok(equalValues(content(taken), content(again)));
        }),
      );
    });
  });
}

describe('apply of managers that share nothing', () => {
  it('does not depend on their order', () => {
    fc.assert(
      fc.property(texts, (data) => {
        const half = (keep: (key: string) => boolean): JsonObject =>
          withData(Object.fromEntries(Object.entries(data).filter(([key]) => keep(key))));
        const left = half((key) => key < 'c');
        const right = half((key) => key >= 'c');
        const one = apply(configMap, apply(configMap, undefined, left, 'alpha'), right, 'beta');
        const two = apply(configMap, apply(configMap, undefined, right, 'beta'), left, 'alpha');
        assert.ok(equalValues(content(one), content(two)));
        assert.ok(equalValues(sortedEntries(one), sortedEntries(two)), JSON.stringify([sortedEntries(one), sortedEntries(two)]));
      }),
    );
  });
});

describe('conflicts', () => {
  it('name every field that differs, and the manager who has it', () => {
    fc.assert(
      fc.property(texts, texts, (mine, theirs) => {
        const live = apply(configMap, undefined, withData(mine), 'alpha');
        const differing = Object.keys(theirs)
          .filter((key) => mine[key] !== undefined && mine[key] !== theirs[key])
          .sort();
        let fault: RequestFault | undefined;
        try {
          apply(configMap, live, withData(theirs), 'beta');
        } catch (error) {
          assert.ok(error instanceof RequestFault);
          fault = error;
        }
        const causes = (fault?.fault.details?.causes ?? []) as { field: string; message: string; reason: string }[];
        assert.deepEqual(
          causes.map((cause) => cause.field).sort(),
          differing.map((key) => `.data.${key}`),
        );
        for (const cause of causes) assert.deepEqual([cause.message, cause.reason], ['conflict with "alpha"', 'FieldManagerConflict']);
        assert.equal(fault?.fault.code, differing.length === 0 ? undefined : 409);
      }),
    );
  });
});

describe('updates', () => {
  it('own what they change and nothing else', () => {
    fc.assert(
      fc.property(someTexts, texts, (before, after) => {
        const live = apply(configMap, undefined, withData(before), 'alpha');
        const next = { ...structuredClone(live), data: after } as KubeObject;
        const result = managedFields.update(configMap, { ...live, metadata: { ...live.metadata, uid: 'u' } } as KubeObject, next, {
          manager: 'beta',
          subresource: '',
          time: TIME,
          typeOf,
        });
        const entry = result.metadata.managedFields?.find((one) => one.manager === 'beta');
        const owned = Object.keys(((entry?.fieldsV1 as JsonObject | undefined)?.['f:data'] ?? {}) as JsonObject)
          .filter((key) => key !== '.')
          .map((key) => key.slice(2));
        const changed = Object.keys(after).filter((key) => after[key] !== before[key]);
        assert.deepEqual(owned.sort(), changed.sort());
      }),
    );
  });
});
