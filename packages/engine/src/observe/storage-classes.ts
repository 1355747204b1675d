import type { Clock, Informers, KubeObject } from '@caretaker/kube';
import { digString } from '../json/value.ts';
import { ScopedInformers } from './scoped-informers.ts';

const defaultClass = 'storageclass.kubernetes.io/is-default-class';

/** Which storage classes bind only when a pod uses the claim (DESIGN §10.10). Watched once a claim is wanted; forbidden = not known. */
export class StorageClasses {
  private readonly informers: ScopedInformers;
  private readonly syncTimeoutMs: number;
  private asked = false;

  constructor(options: { informers: Informers; clock: Clock; syncTimeoutMs: number }) {
    this.syncTimeoutMs = options.syncTimeoutMs;
    this.informers = new ScopedInformers({
      informers: options.informers,
      clock: options.clock,
      namespaced: false,
      namespaceLimit: 1,
      spec: () => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', variant: 'binding-mode', transform: onlyMode }),
      handler: {},
      onTrouble: () => {},
    });
  }

  async ensure(signal?: AbortSignal): Promise<void> {
    if (this.asked) return;
    try {
      await this.informers.ensure(undefined, this.syncTimeoutMs, signal);
    } catch {
      this.informers.giveUp();
      signal?.throwIfAborted();
    }
    this.asked = true;
  }

  /** `name`: "" for the default class. */
  waitsForConsumer(name: string): boolean {
    for (const object of this.informers.objects()) {
      const isIt = name === '' ? digString(object, 'isDefault') === 'true' : object.metadata.name === name;
      if (isIt) return digString(object, 'bindingMode') === 'WaitForFirstConsumer';
    }
    return false;
  }

  close(): void {
    this.informers.release();
  }
}

function onlyMode(object: KubeObject): KubeObject {
  const { name, uid, resourceVersion, annotations } = object.metadata;
  const metadata: KubeObject['metadata'] = {};
  if (name !== undefined) metadata.name = name;
  if (uid !== undefined) metadata.uid = uid;
  if (resourceVersion !== undefined) metadata.resourceVersion = resourceVersion;
  const bindingMode = digString(object, 'volumeBindingMode') ?? 'Immediate';
  return { apiVersion: object.apiVersion, kind: object.kind, metadata, bindingMode, isDefault: annotations?.[defaultClass] ?? 'false' };
}
