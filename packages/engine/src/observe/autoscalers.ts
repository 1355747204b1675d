import type { Clock, Discovery, GroupVersionKind, Informers, KubeObject } from '@caretaker/kube';
import { dig, digString } from '../json/value.ts';
import { objectKey } from '../prepare/object-key.ts';
import { ScopedInformers } from './scoped-informers.ts';

export interface AutoscalersOptions {
  informers: Informers;
  discovery: Discovery;
  clock: Clock;
  namespaceLimit: number;
  syncTimeoutMs: number;
  /** An autoscaler came or went for the object with this key. */
  onTarget: (key: string) => void;
}

const kinds: readonly (GroupVersionKind & { target: readonly string[] })[] = [
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', target: ['spec', 'scaleTargetRef'] },
  { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', target: ['spec', 'scaleTargetRef'] },
];

/**
 * Which workloads an autoscaler targets (DESIGN §10.6): HorizontalPodAutoscalers, and KEDA's ScaledObjects where the cluster has them. Watched
 * only in namespaces where we want workloads with replicas; not being allowed to watch them is no error, it just tells us nothing.
 */
export class Autoscalers {
  private readonly options: AutoscalersOptions;
  private readonly watched = new Map<string, ScopedInformers>();
  private readonly targets = new Map<string, number>();
  private readonly asked = new Set<string>();

  constructor(options: AutoscalersOptions) {
    this.options = options;
  }

  targeted(key: string): boolean {
    return this.targets.has(key);
  }

  ready(namespace: string): boolean {
    return this.asked.has(namespace);
  }

  async ensure(namespace: string, signal?: AbortSignal): Promise<void> {
    if (this.asked.has(namespace)) return;
    await Promise.all(kinds.map((kind) => this.watch(kind, namespace, signal)));
    this.asked.add(namespace);
  }

  close(): void {
    for (const informers of this.watched.values()) informers.release();
    this.watched.clear();
    this.targets.clear();
  }

  private async watch(kind: (typeof kinds)[number], namespace: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      if (!(this.options.discovery.peek(kind) ?? (await this.options.discovery.find(kind)))) return;
      await this.informersOf(kind).ensure(namespace, this.options.syncTimeoutMs, signal);
    } catch {
      this.watched.get(kind.kind)?.giveUp();
      signal?.throwIfAborted();
    }
  }

  private informersOf(kind: (typeof kinds)[number]): ScopedInformers {
    const known = this.watched.get(kind.kind);
    if (known) return known;
    const { apiVersion, kind: name, target } = kind;
    const created = new ScopedInformers({
      informers: this.options.informers,
      clock: this.options.clock,
      namespaced: true,
      namespaceLimit: this.options.namespaceLimit,
      spec: (namespace) => ({
        apiVersion,
        kind: name,
        variant: 'scale-target',
        transform: (object) => onlyTarget(object, target),
        ...(namespace === undefined ? {} : { namespace }),
      }),
      handler: {
        added: (object) => this.count(object, 1),
        modified: (object, old) => {
          if (targetKey(object) === targetKey(old)) return;
          this.count(old, -1);
          this.count(object, 1);
        },
        deleted: (object) => this.count(object, -1),
      },
      onTrouble: () => {},
    });
    this.watched.set(kind.kind, created);
    return created;
  }

  private count(object: KubeObject, by: 1 | -1): void {
    const key = targetKey(object);
    if (key === undefined) return;
    const count = (this.targets.get(key) ?? 0) + by;
    if (count > 0) this.targets.set(key, count);
    else this.targets.delete(key);
    this.options.onTarget(key);
  }
}

function onlyTarget(object: KubeObject, path: readonly string[]): KubeObject {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const target = dig(object, ...path);
  const ref = {
    apiVersion: digString(target, 'apiVersion') ?? 'apps/v1',
    kind: digString(target, 'kind') ?? 'Deployment',
    name: digString(target, 'name') ?? '',
    ...(namespace === undefined ? {} : { namespace }),
  };
  const metadata: KubeObject['metadata'] = {};
  if (name !== undefined) metadata.name = name;
  if (namespace !== undefined) metadata.namespace = namespace;
  if (uid !== undefined) metadata.uid = uid;
  if (resourceVersion !== undefined) metadata.resourceVersion = resourceVersion;
  return { apiVersion: object.apiVersion, kind: object.kind, metadata, targetKey: objectKey(ref) };
}

function targetKey(object: KubeObject): string | undefined {
  return digString(object, 'targetKey');
}
