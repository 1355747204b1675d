import type { KubeClient, KubeObject, RequestOptions } from '@caretaker/kube';
import type { Digest } from '../observe/digest.ts';
import type { Owner } from '../types/bundle.ts';
import type { Marks } from '../types/marks.ts';

/** What the writing functions need, and nothing else. */
export interface ActContext {
  client: KubeClient;
  owner: Owner;
  marks: Marks;
  fieldManager: string;
  /** The digest of an object as a request returned it. */
  digest: (object: KubeObject) => Digest;
  /** RFC 3339, seconds. */
  now: string;
  signal: AbortSignal | undefined;
}

export function requestOptions(context: ActContext): RequestOptions {
  return context.signal === undefined ? {} : { signal: context.signal };
}
