/** What sequences know of a kind, and what its shapes have in common. */
import { keyed, map, maybe, mostly, object, one, type Shape, set } from '../shapes.ts';

export interface Kind {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Path of the collection in a namespace. */
  readonly collection: (namespace: string) => string;
  readonly shape: Shape;
  /** Whether strategic merge patches are understood. */
  readonly strategic: boolean;
  /** Places that JSON patches speak of. */
  readonly pointers: readonly string[];
  /** Keys of lists for strategic patches, by member. */
  readonly listKeys: Readonly<Record<string, string>>;
}
export const word = one('a', 'b', 'c', 'web', 'x-1');
export const flag = one(true, false);
const labels = map(['app', 'tier', 'example.com/part', 'v'], word, 0.4);

export const metadata = (finalizers: boolean): Shape =>
  object({
    labels: maybe(0.5, labels),
    annotations: maybe(0.5, map(['note', 'example.com/a', 'example.com/b'], mostly(word, 5), 0.5)),
    ...(finalizers ? { finalizers: maybe(0.1, set(['example.com/hold', 'example.com/keep'], 0.6)) } : {}),
    ownerReferences: maybe(0.08, keyed('uid', ['u-1', 'u-2'], object({ apiVersion: one('v1'), kind: one('ConfigMap'), name: word }), 0.6)),
  });
