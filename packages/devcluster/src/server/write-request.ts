import type { PresentedAs } from '../admission/contract.ts';
import type { TypeInfo } from '../schema/contract.ts';
import type { UserInfo } from './contract.ts';

/** One write, after its request was read: everything but the object. */
export interface WriteRequest {
  readonly type: TypeInfo;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  /** Name in the path; undefined for POST. */
  readonly name: string | undefined;
  /** '' for the object itself. */
  readonly subresource: string;
  /** How reviews show the objects, where that is not as themselves. */
  readonly presented?: PresentedAs;
  /** Reviews do not name the object: it is one of a collection that is deleted. */
  readonly nameless?: boolean;
  readonly user: UserInfo;
  /** Already resolved: the query's fieldManager, or the user agent's first word. */
  readonly fieldManager: string;
  readonly dryRun: boolean;
  /** The Create/Update/Patch/DeleteOptions as admission reviews show them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Texts for Warning headers, in order. */
  readonly warnings: string[];
}
