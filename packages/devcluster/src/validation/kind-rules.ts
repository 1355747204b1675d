/** Validation of built-in kinds, by `group/Kind`. */
import type { KubeObject } from '@caretaker/kube';
import type { FieldError, WriteContext } from '../schema/contract.ts';
import type { NameRule } from './object-meta.ts';

/** The rules of one kind; metadata is checked outside. */
export interface KindRules {
  /** Rule of names; DNS subdomain when absent. */
  readonly name?: NameRule;
  /** 'create-first': an update is checked as a creation before it is compared with what was there. */
  readonly order?: 'create-first';
  readonly create?: (next: KubeObject, errors: FieldError[], context: WriteContext) => void;
  readonly update?: (next: KubeObject, live: KubeObject, errors: FieldError[], context: WriteContext) => void;
  readonly status?: (next: KubeObject, live: KubeObject, errors: FieldError[], context: WriteContext) => void;
  readonly warn?: (next: KubeObject, live: KubeObject | undefined, warnings: string[]) => void;
}

export const KIND_RULES: Readonly<Record<string, KindRules>> = {};
