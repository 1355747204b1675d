/** The two definitions: one with every kind of list and map, one that keeps what it does not know. */
import { GROUP } from './kinds/custom.ts';
import type { JsonObject } from './shapes.ts';

const text: JsonObject = { type: 'string' };
const whole: JsonObject = { type: 'integer' };
const textMap: JsonObject = { type: 'object', additionalProperties: text };

function definition(plural: string, kind: string, schema: JsonObject, subresources: JsonObject | undefined): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          ...(subresources === undefined ? {} : { subresources }),
        },
      ],
    },
  };
}

const widgetSpec: JsonObject = {
  type: 'object',
  properties: {
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      items: {
        type: 'object',
        required: ['port'],
        properties: { port: whole, protocol: { type: 'string', default: 'TCP' }, name: text, note: { type: 'string', nullable: true } },
      },
    },
    tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
    steps: {
      type: 'array',
      'x-kubernetes-list-type': 'atomic',
      items: { type: 'object', properties: { run: text, args: { type: 'array', items: text } } },
    },
    settings: textMap,
    frozen: { ...textMap, 'x-kubernetes-map-type': 'atomic' },
    size: { type: 'integer', minimum: 1, maximum: 100 },
    share: { 'x-kubernetes-int-or-string': true, default: '100%' },
    mode: { type: 'string', enum: ['fast', 'slow'], default: 'fast' },
    free: { 'x-kubernetes-preserve-unknown-fields': true },
    nested: {
      type: 'object',
      default: {},
      properties: {
        on: { type: 'boolean', default: true },
        limits: { type: 'object', additionalProperties: { 'x-kubernetes-int-or-string': true } },
        inner: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: whole } },
      },
    },
    hint: { type: 'string', nullable: true },
  },
};

const thingSchema: JsonObject = {
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
  properties: {
    data: {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: { known: { type: 'object', properties: { x: text } } },
    },
    entries: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['id'],
      items: { type: 'object', required: ['id'], properties: { id: text, value: whole, labels: textMap } },
    },
    groups: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: text,
          members: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
          rules: { type: 'array', items: { type: 'object', properties: { verb: text } } },
        },
      },
    },
    text: { type: 'string', pattern: '^[a-z]+$', minLength: 2 },
    when: { type: 'string', format: 'date-time' },
    point: { type: 'object', 'x-kubernetes-map-type': 'granular', properties: { x: whole, y: whole } },
    template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  },
};

const status: JsonObject = { type: 'object', properties: { phase: text, count: whole } };

export const DEFINITIONS: readonly JsonObject[] = [
  definition('widgets', 'Widget', { type: 'object', properties: { spec: widgetSpec, status } }, { status: {} }),
  definition('things', 'Thing', thingSchema, undefined),
];
