/** Builds the CustomResourceDefinitions and the runtime schemas from the definitions beside this file. Run by generate.ts only. */
import type { TSchema } from 'typebox';
import { registrySpec, registryStatus } from './registry.ts';
import { templateSpec, templateStatus } from './template.ts';
import { tenantSpec, tenantStatus } from './tenant.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonMap = { [key: string]: Json };

interface Column {
  name: string;
  type: 'string' | 'integer' | 'date';
  jsonPath: string;
  description?: string;
  priority?: number;
}

interface Kind {
  kind: string;
  plural: string;
  description: string;
  spec: TSchema;
  status: TSchema;
  columns: Column[];
}

const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const ofReady = (field: 'status' | 'reason') => `.status.conditions[?(@.type=="Ready")].${field}`;

export const kinds: readonly Kind[] = [
  {
    kind: 'TenantRegistry',
    plural: 'tenantregistries',
    description: 'TenantRegistry names a database table: each active row is a tenant.',
    spec: registrySpec,
    status: registryStatus,
    columns: [
      { name: 'Templates', type: 'integer', jsonPath: '.status.referencingTemplates' },
      { name: 'Desired', type: 'integer', jsonPath: '.status.desired' },
      { name: 'Ready', type: 'integer', jsonPath: '.status.ready' },
      { name: 'Failed', type: 'integer', jsonPath: '.status.failed' },
      { name: 'Pending', type: 'integer', jsonPath: '.status.pending' },
      { name: 'Conditions', type: 'string', jsonPath: ofReady('reason'), description: 'Reason of the Ready condition' },
      { name: 'Held', type: 'integer', jsonPath: '.status.deletionHold.removals', priority: 1 },
      { name: 'Synced', type: 'date', jsonPath: '.status.lastSyncTime', priority: 1 },
      age,
    ],
  },
  {
    kind: 'TenantTemplate',
    plural: 'tenanttemplates',
    description: 'TenantTemplate lists the objects that make up each tenant of a registry.',
    spec: templateSpec,
    status: templateStatus,
    columns: [
      { name: 'Registry', type: 'string', jsonPath: '.spec.registryId' },
      { name: 'Total', type: 'integer', jsonPath: '.status.totalTenants' },
      { name: 'Ready', type: 'integer', jsonPath: '.status.readyTenants' },
      { name: 'Valid', type: 'string', jsonPath: '.status.conditions[?(@.type=="Valid")].status' },
      { name: 'Applied', type: 'string', jsonPath: '.status.conditions[?(@.type=="Applied")].status' },
      { name: 'Revision', type: 'string', jsonPath: '.status.currentRevision', priority: 1 },
      age,
    ],
  },
  {
    kind: 'Tenant',
    plural: 'tenants',
    description: 'Tenant is one row of a registry and the objects made from it.',
    spec: tenantSpec,
    status: tenantStatus,
    columns: [
      { name: 'Ready', type: 'string', jsonPath: ofReady('status') },
      { name: 'Reason', type: 'string', jsonPath: ofReady('reason') },
      { name: 'UID', type: 'string', jsonPath: '.spec.uid' },
      { name: 'Template', type: 'string', jsonPath: '.spec.templateRef' },
      { name: 'Resources', type: 'string', jsonPath: '.status.resourcesReady' },
      { name: 'Message', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message', priority: 1 },
      age,
    ],
  },
];

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** TypeBox's output as a structural schema: plain JSON, and a field with a default is not required. */
function structural(value: unknown, keep: (key: string) => boolean): Json {
  if (Array.isArray(value)) return value.map((item) => structural(item, keep));
  if (!isMap(value)) {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    throw new Error(`a schema holds ${typeof value}`);
  }
  const out: JsonMap = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === 'properties' && isMap(member)) {
      const properties: JsonMap = {};
      for (const [name, schema] of Object.entries(member)) properties[name] = structural(schema, keep);
      out[key] = properties;
    } else if (key === 'default') out[key] = structural(member, () => true);
    else if (keep(key)) out[key] = structural(member, keep);
  }
  const { required, properties } = out;
  if (Array.isArray(required) && isMap(properties)) {
    const needed = required.filter((name) => {
      const property = typeof name === 'string' ? properties[name] : undefined;
      return !(isMap(property) && 'default' in property);
    });
    if (needed.length > 0) out['required'] = needed;
    else delete out['required'];
  }
  return out;
}

/** The CustomResourceDefinition of a kind. */
export function customResourceDefinition(kind: Kind): JsonMap {
  const everything = () => true;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.operator.kubernetes-tenants.org`, labels: { app: 'tenant-operator' } },
    spec: {
      group: 'operator.kubernetes-tenants.org',
      names: { kind: kind.kind, listKind: `${kind.kind}List`, plural: kind.plural, singular: kind.kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          additionalPrinterColumns: kind.columns.map((column) => ({ ...column })),
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description: kind.description,
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string', description: 'Version of the API that this object is written in.' },
                kind: { type: 'string', description: `Always ${kind.kind}.` },
                metadata: { type: 'object' },
                spec: structural(kind.spec, everything),
                status: structural(kind.status, everything),
              },
            },
          },
        },
      ],
    },
  };
}

const forParsing = new Set([
  'type',
  'required',
  'items',
  'enum',
  'pattern',
  'minLength',
  'minimum',
  'maximum',
  'nullable',
  'additionalProperties',
  'x-kubernetes-preserve-unknown-fields',
]);

/** What the operator needs of a schema to read an object: no descriptions, no list keys. */
export function runtimeSchema(schema: TSchema): Json {
  return structural(schema, (key) => forParsing.has(key));
}
