import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';

export type FieldReader = (object: KubeObject) => string;

export interface SelectableFields {
  /** How to read a field, undefined when selectors of this kind do not know it. */
  read(field: string): FieldReader | undefined;
  /** What the server says to an unknown field. */
  refusal(field: string): string;
}

/** Fields beyond metadata.name and metadata.namespace, by `group/plural`. A leading path may differ from the label's name. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, string | FieldReader>>>> = {
  '/pods': {
    'spec.nodeName': 'spec.nodeName',
    'spec.host': 'spec.nodeName',
    'spec.restartPolicy': 'spec.restartPolicy',
    'spec.schedulerName': 'spec.schedulerName',
    'spec.serviceAccountName': 'spec.serviceAccountName',
    'spec.hostNetwork': (object) => textAt(object, 'spec.hostNetwork') || 'false',
    'status.phase': 'status.phase',
    'status.podIP': 'status.podIP',
    // the server knows the name, but no pod has a value there
    'status.podIPs': () => '',
    'status.nominatedNodeName': 'status.nominatedNodeName',
  },
  '/replicationcontrollers': { 'status.replicas': (object) => textAt(object, 'status.replicas') || '0' },
  '/nodes': { 'spec.unschedulable': (object) => textAt(object, 'spec.unschedulable') || 'false' },
  '/namespaces': { 'status.phase': 'status.phase' },
  '/secrets': { type: 'type' },
  '/services': { 'spec.clusterIP': 'spec.clusterIP', 'spec.type': 'spec.type' },
  '/events': {
    ...eventFields('involvedObject'),
    reportingComponent: 'reportingComponent',
    source: (object) => textAt(object, 'source.component') || textAt(object, 'reportingComponent'),
  },
  'events.k8s.io/events': {
    ...eventFields('regarding'),
    reportingController: 'reportingController',
  },
  'batch/jobs': { 'status.successful': (object) => textAt(object, 'status.succeeded') || '0' },
  'certificates.k8s.io/certificatesigningrequests': { 'spec.signerName': 'spec.signerName' },
  'resource.k8s.io/resourceslices': { 'spec.nodeName': 'spec.nodeName', 'spec.driver': 'spec.driver' },
};

function eventFields(subject: string): Record<string, string> {
  const fields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
  return { ...Object.fromEntries(fields.map((field) => [`${subject}.${field}`, `${subject}.${field}`])), reason: 'reason', type: 'type' };
}

const cache = new WeakMap<TypeInfo, SelectableFields>();

export function fieldsOf(type: TypeInfo): SelectableFields {
  let fields = cache.get(type);
  if (fields === undefined) {
    fields = build(type);
    cache.set(type, fields);
  }
  return fields;
}

function build(type: TypeInfo): SelectableFields {
  const own = FIELDS[`${type.group}/${type.plural}`];
  const table = new Map<string, FieldReader>([['metadata.name', (object) => object.metadata.name ?? '']]);
  if (type.namespaced || type.builtin) table.set('metadata.namespace', (object) => object.metadata.namespace ?? '');
  for (const [field, path] of Object.entries(own ?? {}))
    table.set(field, typeof path === 'string' ? (object) => textAt(object, path) : path);
  for (const path of type.selectableFields ?? []) {
    const field = path.replace(/^\./, '');
    table.set(field, (object) => textAt(object, field));
  }
  return { read: (field) => table.get(field), refusal: refusalOf(type, own !== undefined) };
}

/** Kinds with fields of their own have their own words; the others name the two that all have. */
function refusalOf(type: TypeInfo, hasOwn: boolean): (field: string) => string {
  if (type.builtin && !hasOwn)
    return (field) => `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
  if (type.group === 'batch') return (field) => `field label ${JSON.stringify(field)} not supported for Job`;
  if (type.group === 'resource.k8s.io')
    return (field) => `field label not supported for ${type.group}/${type.version}, Kind=${type.kind}: ${field}`;
  return (field) => `field label not supported: ${field}`;
}

function textAt(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const part of path.split('.')) {
    if (value === null || typeof value !== 'object') return '';
    value = Reflect.get(value, part);
  }
  return value === undefined || value === null ? '' : String(value);
}
