import type { KubeObject } from '@caretaker/kube';
import type { FieldError, WriteContext } from '../schema/contract.ts';
import type { NameRule } from './parts/object-meta.ts';

/** The rules of one built-in kind; metadata is checked outside. */
export interface KindRules {
  /** Rule of names; DNS subdomain when absent. 'none': the kind has no rules for metadata of its own. */
  readonly name?: NameRule | 'none';
  /** 'create-first': an update is checked as a creation before metadata is compared with what was there. 'create-only': metadata is not compared. 'create-twice': it is not compared either, and the update is checked as a creation two times. */
  readonly order?: 'create-first' | 'create-only' | 'create-twice';
  /** An update checks metadata once more by the rules of a creation. */
  readonly metaOnUpdate?: true;
  readonly create?: (next: KubeObject, errors: FieldError[], context: WriteContext) => void;
  /** What an update may not change, checked before metadata is checked once more. */
  readonly unchangeable?: (next: KubeObject, live: KubeObject, errors: FieldError[]) => void;
  readonly update?: (next: KubeObject, live: KubeObject, errors: FieldError[], context: WriteContext) => void;
  /** Of subresources other than status, where they have rules beyond metadata. */
  readonly subresources?: Readonly<
    Record<string, (next: KubeObject, live: KubeObject, errors: FieldError[], context: WriteContext) => void>
  >;
  readonly status?: (next: KubeObject, live: KubeObject, errors: FieldError[], context: WriteContext) => void;
}
