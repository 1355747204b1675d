/** Static types of the three kinds, derived from the one definition. */
import type { KubeObject, ObjectMeta } from '@caretaker/kube';
import type { Static } from 'typebox';
import type { registrySpec, registryStatus } from './definition/registry.ts';
import type { templateSpec, templateStatus, tenantResource } from './definition/template.ts';
import type { tenantSpec, tenantStatus } from './definition/tenant.ts';
import type { listNames, phases } from './lists.ts';

export type RegistrySpec = Static<typeof registrySpec>;
export type RegistryStatus = Static<typeof registryStatus>;
export type TemplateSpec = Static<typeof templateSpec>;
export type TemplateStatus = Static<typeof templateStatus>;
export type TemplateResource = Static<typeof tenantResource>;
export type TenantSpec = Static<typeof tenantSpec>;
export type TenantStatus = Static<typeof tenantStatus>;
export type ResourceStatus = NonNullable<TenantStatus['resources']>[number];
export type Phase = (typeof phases)[number];
export type ListName = (typeof listNames)[number];
export type DeletionHold = NonNullable<RegistryStatus['deletionHold']>;

/** Metadata of an object that a server sent: what every stored object has. */
export interface StoredMeta extends ObjectMeta {
  name: string;
  namespace: string;
  uid: string;
}

interface Kind<Spec, Status> {
  metadata: StoredMeta;
  spec: Spec;
  status: Status;
  /** The object as the server sent it. */
  raw: KubeObject;
}

export type Registry = Kind<RegistrySpec, RegistryStatus>;
export type Template = Kind<TemplateSpec, TemplateStatus>;
export type Tenant = Kind<TenantSpec, TenantStatus>;
