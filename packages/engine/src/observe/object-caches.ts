import type { Clock, Discovery, GroupVersionKind, Informers, KubeObject, ObjectRef } from '@caretaker/kube';
import { apiStatusOf } from '../errors/api-status.ts';
import { objectKey } from '../prepare/object-key.ts';
import type { Fault } from '../prepare/resource.ts';
import type { Owner } from '../types/bundle.ts';
import type { Marks } from '../types/marks.ts';
import { type Digest, digestOf } from './digest.ts';
import { createDigester } from './digester.ts';
import { ScopedInformers } from './scoped-informers.ts';
import { WriteOverlay } from './write-overlay.ts';

export interface ObjectCachesOptions {
  informers: Informers;
  discovery: Discovery;
  clock: Clock;
  fieldManager: string;
  marks: Marks;
  namespaceLimit: number;
  syncTimeoutMs: number;
  /** An object came, changed or went; `digest` is undefined when it went. */
  onEvent: (key: string, digest: Digest | undefined, initial: boolean) => void;
  /** A kind can be watched again, or cannot any more. */
  onKind: (kind: GroupVersionKind) => void;
}

interface KindCache {
  informers: ScopedInformers;
  namespaced: boolean;
  withBodies: boolean;
  /** The server refuses the watch (forbidden, kind gone), as opposed to being away for a moment. */
  refused: boolean;
}

/** Digests of all objects of the kinds that bundles use, filled by shared informers, with own writes laid over until events catch up. */
export class ObjectCaches {
  private readonly options: ObjectCachesOptions;
  private readonly kinds = new Map<string, KindCache>();
  readonly overlay = new WriteOverlay();

  constructor(options: ObjectCachesOptions) {
    this.options = options;
  }

  /**
   * Sees to it that a kind is watched in a namespace and its cache complete; without waiting when it is already. Returns what keeps it from
   * being so. `withBody`: a readiness rule of its own needs the whole object.
   */
  async ensure(kind: GroupVersionKind, namespace: string | undefined, withBody: boolean, signal?: AbortSignal): Promise<Fault | undefined> {
    const known = this.options.discovery.peek(kind);
    const resource = known ?? (await this.find(kind));
    if (resource instanceof Error) return unobservable(kind, resource);
    if (!resource) {
      this.drop(kind);
      const message = `the cluster has no kind ${kind.kind} in ${kind.apiVersion}: install its CRD, or correct apiVersion and kind`;
      return { code: 'KindNotFound', reason: 'KindNotFound', message };
    }
    const cache = this.cacheOf(kind, resource.namespaced, withBody);
    const place = resource.namespaced ? namespace : undefined;
    try {
      await cache.informers.ensure(place, this.options.syncTimeoutMs, signal);
    } catch (error) {
      signal?.throwIfAborted();
      return unobservable(kind, error);
    }
    const trouble = cache.informers.trouble(place);
    return trouble && apiStatusOf(trouble)?.code === 403 ? unobservable(kind, trouble) : undefined;
  }

  /** Whether `ensure` would return at once, without a fault. */
  ready(kind: GroupVersionKind, namespace: string | undefined, withBody: boolean): boolean {
    const cache = this.kinds.get(kindKey(kind));
    if (!cache || (withBody && !cache.withBodies)) return false;
    const place = cache.namespaced ? namespace : undefined;
    return cache.informers.serving(place) !== undefined && cache.informers.trouble(place) === undefined;
  }

  /** The newest that is known of an object: the cache, or the answer to our own last write while the cache is older. */
  get(ref: ObjectRef): Digest | undefined {
    const cache = this.kinds.get(kindKey(ref));
    const namespace = cache?.namespaced === false ? undefined : ref.namespace;
    const informer = cache?.informers.serving(namespace);
    return this.overlay.over(objectKey(ref), digestOf(informer?.get(namespace, ref.name)), informer?.resourceVersion);
  }

  /** Objects of the watched kinds that carry an owner's marks: all of its labels, or its uid in an owner reference. */
  *ownedBy(owner: Owner): Iterable<[ObjectRef, Digest]> {
    const wanted = ownerIndexKeys(this.options.marks.labels(owner), [owner.uid]);
    for (const cache of this.kinds.values()) {
      const seen = new Set<string>();
      for (const key of wanted) {
        for (const object of cache.informers.byIndex(ownerIndex, key)) {
          const digest = digestOf(object);
          if (!digest || seen.has(digest.uid)) continue;
          seen.add(digest.uid);
          yield [refOf(object), digest];
        }
      }
    }
  }

  /** The digest of an object as a request returned it. */
  digest(object: KubeObject): Digest {
    const withBodies = this.kinds.get(kindKey(object))?.withBodies ?? false;
    return createDigester({ fieldManager: this.options.fieldManager, marks: this.options.marks, keepBody: withBodies })(object).digest;
  }

  get informers(): number {
    return [...this.kinds.values()].reduce((sum, cache) => sum + cache.informers.size, 0);
  }

  close(): void {
    for (const cache of this.kinds.values()) cache.informers.release();
    this.kinds.clear();
  }

  private async find(kind: GroupVersionKind): Promise<{ namespaced: boolean } | Error | undefined> {
    try {
      return await this.options.discovery.find(kind);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private cacheOf(kind: GroupVersionKind, namespaced: boolean, withBody: boolean): KindCache {
    const key = kindKey(kind);
    const known = this.kinds.get(key);
    if (known && (known.withBodies || !withBody) && known.namespaced === namespaced) return known;
    known?.informers.release();
    const { apiVersion, kind: name } = kind;
    const { informers, clock, marks, fieldManager, namespaceLimit, onEvent, onKind } = this.options;
    const transform = createDigester({ fieldManager, marks, keepBody: withBody });
    const variant = `digest${withBody ? '+body' : ''}:${fieldManager}`;
    const cache: KindCache = {
      namespaced,
      withBodies: withBody,
      refused: false,
      informers: new ScopedInformers({
        informers,
        clock,
        namespaced,
        namespaceLimit,
        spec: (namespace) => ({
          apiVersion,
          kind: name,
          transform,
          variant,
          indexes: { [ownerIndex]: indexKeys },
          ...(namespace === undefined ? {} : { namespace }),
        }),
        handler: {
          added: (object, initial) => this.told(object, false, initial, onEvent),
          modified: (object) => this.told(object, false, false, onEvent),
          deleted: (object) => this.told(object, true, false, onEvent),
        },
        onTrouble: (error) => {
          const refused = error !== undefined && [403, 404].includes(apiStatusOf(error)?.code ?? 0);
          if (refused || cache.refused) onKind({ apiVersion, kind: name });
          cache.refused = refused;
        },
      }),
    };
    this.kinds.set(key, cache);
    return cache;
  }

  private told(object: KubeObject, gone: boolean, initial: boolean, onEvent: ObjectCachesOptions['onEvent']): void {
    const key = objectKey(refOf(object));
    const digest = digestOf(object);
    if (gone && digest) this.overlay.sawDeletion(key, digest);
    onEvent(key, gone ? undefined : digest, initial);
  }

  private drop(kind: GroupVersionKind): void {
    const key = kindKey(kind);
    this.kinds.get(key)?.informers.release();
    this.kinds.delete(key);
  }
}

const ownerIndex = 'owner';

function indexKeys(object: KubeObject): readonly string[] {
  const digest = digestOf(object);
  return digest
    ? ownerIndexKeys(
        digest.labels,
        digest.owners.map((owner) => owner.uid),
      )
    : [];
}

function ownerIndexKeys(labels: Readonly<Record<string, string>>, uids: readonly string[]): string[] {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const byLabels = pairs.length === 0 ? [] : [`labels:${pairs.map(([name, value]) => `${name}=${value}`).join(',')}`];
  return [...byLabels, ...uids.map((uid) => `uid:${uid}`)];
}

/** By version too: an object is read at the version in which it is wanted (DESIGN §10.18). */
function kindKey(kind: GroupVersionKind): string {
  return `${kind.apiVersion}/${kind.kind}`;
}

function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name: name ?? '', ...(namespace ? { namespace } : {}) };
}

function unobservable(kind: GroupVersionKind, error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'KindNotObservable',
    reason: 'KindNotObservable',
    message: `${kind.kind} (${kind.apiVersion}) cannot be watched: ${message}`,
  };
}
