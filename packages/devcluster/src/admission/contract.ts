import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import type { UserInfo } from '../server/contract.ts';
import type { MutationRounds } from './reinvocation.ts';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One request on its way through admission. `object` may be replaced or changed by mutating plugins. */
export interface AdmissionRequest {
  readonly type: TypeInfo;
  readonly operation: AdmissionOperation;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Null for connections. */
  readonly options: Readonly<Record<string, unknown>> | null;
  /** Absent on DELETE. */
  object: KubeObject | undefined;
  /** Absent on CREATE. */
  readonly oldObject: KubeObject | undefined;
  readonly warnings: string[];
  /** How reviews show the objects, where that is not as themselves (a Scale). */
  readonly presented?: PresentedAs;
}

/** Another kind that stands for an object in reviews. */
export interface PresentedAs {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly of: (object: KubeObject) => KubeObject;
}

/** A plugin refuses by throwing StatusError. Returns a promise only when it has to wait (webhooks), so that the common case stays synchronous. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Asked twice when a webhook or policy changed the object. */
  mutate?(request: AdmissionRequest, rounds: MutationRounds): void | Promise<void>;
  validate?(request: AdmissionRequest): void | Promise<void>;
}

/** All plugins in order, as one. What mutating plugins add has no owner in managedFields, as in the real server. */
export interface Admission {
  mutate(request: AdmissionRequest): void | Promise<void>;
  validate(request: AdmissionRequest): void | Promise<void>;
}
