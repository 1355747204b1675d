import type { JsonObject } from '../shapes.ts';
import { cluster, type Sample } from './sample.ts';

const definitionSchema: JsonObject = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      'x-kubernetes-validations': [
        { rule: 'self.min <= self.max', message: 'min over max', reason: 'FieldValueForbidden', fieldPath: '.min' },
      ],
      properties: {
        min: { type: 'integer', minimum: 0, maximum: 5 },
        max: { type: 'integer', default: 3 },
        name: { type: 'string', pattern: '^[a-z]+$', maxLength: 10, enum: ['a', 'b'] },
        list: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['key'],
          items: { type: 'object', required: ['key'], properties: { key: { type: 'string' }, value: { type: 'string', nullable: true } } },
        },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        map: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'integer' } },
        either: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
        choice: {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'string' } },
          oneOf: [{ required: ['a'] }, { required: ['b'] }],
        },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, selector: { type: 'string' } } },
  },
};

export const DEFINITION_SAMPLES: readonly Sample[] = [
  cluster(
    'apiextensions.k8s.io/v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    {
      spec: {
        group: '{{namespace}}.example.com',
        scope: 'Namespaced',
        names: { plural: 'samples', singular: 'sample', kind: 'Sample', listKind: 'SampleList', shortNames: ['sm'], categories: ['all'] },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: definitionSchema },
            subresources: {
              status: {},
              scale: { specReplicasPath: '.spec.max', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
            },
            additionalPrinterColumns: [{ name: 'Min', type: 'integer', jsonPath: '.spec.min' }],
            selectableFields: [{ jsonPath: '.spec.name' }],
          },
        ],
      },
    },
    'samples.{{namespace}}.example.com',
  ),
];
