import type { GroupVersionKind, KubeObject } from './object.ts';

/** What an informer holds and how it asks for it. Equal specs share one watch. */
export interface InformerSpec extends GroupVersionKind {
  /** One namespace, or all when left out. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Watch PartialObjectMetadata only. */
  metadataOnly?: boolean;
  /** Applied to each object as it arrives, before anything is kept (trim). Must not depend on anything but its argument. Specs with different transforms need different `variant`s. */
  transform?: (object: KubeObject) => KubeObject;
  /** Distinguishes specs that differ only in `transform`. */
  variant?: string;
  /** Name -> keys under which an object is found with `byIndex`. */
  indexes?: Record<string, (object: KubeObject) => readonly string[]>;
}

export interface InformerHandler {
  /** `initial`: part of the first list. */
  added?(object: KubeObject, initial: boolean): void;
  modified?(object: KubeObject, old: KubeObject): void;
  deleted?(object: KubeObject): void;
  /** The cache has everything that the first list had. */
  synced?(): void;
  /** The watch is in trouble (forbidden, kind gone, server away); cleared by `healthy`. The informer goes on trying by itself. */
  failing?(error: Error): void;
  healthy?(): void;
  /** `Informer.resourceVersion` moved on, by event, bookmark or list; after the events that came before it. */
  progress?(resourceVersion: string): void;
}

/** A reader's hold on an informer; the informer stops when the last hold is released. */
export interface Informer {
  readonly spec: InformerSpec;
  readonly synced: boolean;
  /** Last resource version seen by event, bookmark or list. */
  readonly resourceVersion: string | undefined;
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  list(): Iterable<KubeObject>;
  byIndex(index: string, key: string): readonly KubeObject[];
  readonly size: number;
  /** Returns the function that takes the handler off. A handler added late first gets `added(…, true)` for all that is there. */
  subscribe(handler: InformerHandler): () => void;
  /** Resolves when synced; rejects when the signal aborts. */
  waitForSync(signal?: AbortSignal): Promise<void>;
  release(): void;
}

/** All informers of a process. */
export interface Informers {
  acquire(spec: InformerSpec): Informer;
  close(): Promise<void>;
}
