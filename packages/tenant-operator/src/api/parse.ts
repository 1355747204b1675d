/** KubeObject -> typed object, or a list of what is wrong with it. */
import type { KubeObject } from '@caretaker/kube';
import * as schemas from './generated/schemas.ts';
import { type Fault, read, type Schema } from './schema.ts';
import type { Registry, StoredMeta, Template, TemplateSpec, Tenant } from './types.ts';

/** The object does not fit its schema. `faults` says where. */
export class InvalidObjectError extends Error {
  readonly code = 'InvalidObject';
  readonly retryable = false;
  readonly hint = 'correct the fields named; kubectl explain shows what each may hold';
  readonly faults: readonly Fault[];

  constructor(what: string, faults: readonly Fault[]) {
    super(`${what} is not valid: ${faults.map((fault) => `${fault.path} ${fault.message}`).join('; ')}`);
    this.name = 'InvalidObjectError';
    this.faults = faults;
  }
}

function metaOf(object: KubeObject): StoredMeta {
  const { name, namespace, uid } = object.metadata;
  return { ...object.metadata, name: name ?? '', namespace: namespace ?? '', uid: uid ?? '' };
}

const nameOf = (object: KubeObject): string => `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;

/** A reader by schema. The cast is what the schema has just proved. */
function reader<T>(schema: Schema, part: string): (object: KubeObject) => T {
  return (object) => {
    const faults: Fault[] = [];
    const value = read(schema, object[part] ?? {}, part, faults);
    if (faults.length > 0) throw new InvalidObjectError(nameOf(object), faults);
    return value as T;
  };
}

/** Status that cannot be read is as good as none: it is written anew. */
function lenient<T>(schema: Schema): (object: KubeObject) => Partial<T> {
  return (object) => {
    const faults: Fault[] = [];
    const value = read(schema, object['status'] ?? {}, 'status', faults);
    return faults.length > 0 ? {} : (value as Partial<T>);
  };
}

const registrySpec = reader<Registry['spec']>(schemas.tenantRegistrySpec, 'spec');
const registryStatus = lenient<Registry['status']>(schemas.tenantRegistryStatus);
const templateSpec = reader<Template['spec']>(schemas.tenantTemplateSpec, 'spec');
const templateStatus = lenient<Template['status']>(schemas.tenantTemplateStatus);
const tenantSpec = reader<Tenant['spec']>(schemas.tenantSpec, 'spec');
const tenantStatus = lenient<Tenant['status']>(schemas.tenantStatus);

/** @throws InvalidObjectError */
export const parseRegistry = (object: KubeObject): Registry => ({
  metadata: metaOf(object),
  spec: registrySpec(object),
  status: registryStatus(object),
  raw: object,
});

/** @throws InvalidObjectError */
export const parseTemplate = (object: KubeObject): Template => ({
  metadata: metaOf(object),
  spec: templateSpec(object),
  status: templateStatus(object),
  raw: object,
});

/** @throws InvalidObjectError */
export const parseTenant = (object: KubeObject): Tenant => ({
  metadata: metaOf(object),
  spec: tenantSpec(object),
  status: tenantStatus(object),
  raw: object,
});

/** The template's spec as a ControllerRevision holds it. @throws InvalidObjectError */
export const parseTemplateSpec = (object: KubeObject): TemplateSpec => templateSpec({ ...object, spec: object['data'] });
