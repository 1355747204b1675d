import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { apiVersionOf } from '../schema/type-names.ts';
import type { StoredEvent } from '../storage/event.ts';
import { renderTable } from '../table/render-table.ts';
import type { StreamBody, StreamSink } from './answer.ts';
import { type ApiCore, readAs, tableOf } from './core.ts';
import { type ListQuery, parseResourceVersion } from './list-options.ts';
import { objectJson, partialObject, type View } from './render.ts';
import { type Selection, selects } from './selection.ts';
import type { StatusError } from './status-error.ts';
import { expired } from './status-reasons.ts';

const BOOKMARK_EVERY_MS = 60_000;
/** Without timeoutSeconds the apiserver picks 30 to 60 minutes. */
const DEFAULT_TIMEOUT_SECONDS = 1800;

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** A watch as a stream of lines. Throws StatusError before it begins; what goes wrong later is an ERROR event. */
export function watchObjects(core: ApiCore, view: View, query: ListQuery, selection: Selection): StreamBody {
  const version = parseResourceVersion(query.resourceVersion, 'watch');
  return (sink) => new WatchStream(core, view, query, selection, sink).start(version);
}

class WatchStream {
  readonly #core: ApiCore;
  readonly #view: View;
  readonly #query: ListQuery;
  readonly #selection: Selection;
  readonly #sink: StreamSink;
  readonly #stops: (() => void)[] = [];
  #headersSent = false;
  #ended = false;
  #lastBookmark: number;
  /** No event goes out before this moment: a late one holds up those after it. */
  #deliverAt = 0;

  constructor(core: ApiCore, view: View, query: ListQuery, selection: Selection, sink: StreamSink) {
    this.#core = core;
    this.#view = view;
    this.#query = query;
    this.#selection = selection;
    this.#sink = sink;
    this.#lastBookmark = core.clock.monotonic();
  }

  start(version: number | undefined): () => void {
    const { clock, store } = this.#core;
    const table = tableOf(this.#core, this.#view.type);
    const fromNow = version === undefined || version === 0;
    const initial = this.#query.sendInitialEvents ?? fromNow;
    if (!initial && version !== undefined && version !== 0 && !store.reaches(table, version)) {
      this.#fail(expired(`too old resource version: ${version} (${store.compacted})`));
      return () => {};
    }
    if (initial) this.#sendState();
    else if (!fromNow) for (const event of table.log.after(version)) this.#forward(event);
    // A version that is yet to come is waited for.
    const from = version ?? 0;
    this.#stops.push(table.listen((event) => (event.revision > from ? this.#hear(event) : undefined)));
    this.#setTimers(clock);
    this.#stops.push(this.#core.catalog.onChange(() => this.#endIfGone()));
    return () => this.#stop();
  }

  /** What is there now, in order of names, and the bookmark that ends it if it was asked for. */
  #sendState(): void {
    const { type } = this.#view;
    const table = tableOf(this.#core, type);
    for (const stored of table.values(this.#selection.namespace)) {
      const object = readAs(this.#core, type, stored);
      if (selects(this.#selection, object)) this.#send('ADDED', object);
    }
    if (this.#query.sendInitialEvents === true && this.#query.allowWatchBookmarks) this.#bookmark(true);
  }

  /** Forwards a change, late when a fault says so. */
  #hear(event: StoredEvent): void {
    const { clock, faults } = this.#core;
    const now = clock.monotonic();
    this.#deliverAt = Math.max(this.#deliverAt, now + (faults.watchDelay?.(tableOf(this.#core, this.#view.type).key, event.object) ?? 0));
    if (this.#deliverAt <= now) this.#forward(event);
    else clock.after(this.#deliverAt - now, () => this.#forward(event));
  }

  #forward(event: StoredEvent): void {
    if (this.#ended) return;
    const { namespace } = this.#selection;
    if (namespace !== undefined && namespace !== event.namespace) return;
    const type = this.#view.type;
    const now = event.type === 'DELETED' ? undefined : readAs(this.#core, type, event.object);
    const before = event.previous === undefined ? undefined : readAs(this.#core, type, event.previous);
    const matchesNow = now !== undefined && selects(this.#selection, now);
    const matchedBefore = before !== undefined && selects(this.#selection, before);
    if (matchesNow) this.#send(matchedBefore ? 'MODIFIED' : 'ADDED', now);
    else if (matchedBefore) this.#send('DELETED', this.#leaving(event, before));
  }

  /** An object that was deleted or left the selection: its state before, at the version of the change. */
  #leaving(event: StoredEvent, before: KubeObject): KubeObject {
    if (event.type === 'DELETED') return readAs(this.#core, this.#view.type, event.object);
    return { ...before, metadata: { ...before.metadata, resourceVersion: String(event.revision) } };
  }

  #send(type: EventType, object: KubeObject): void {
    this.#sink.write(`{"type":"${type}","object":${this.#rendered(object)}}\n`);
  }

  #rendered(object: KubeObject): string {
    const { representation, type } = this.#view;
    switch (representation.as) {
      case 'Table': {
        const table = renderTable(this.#view, [object], { resourceVersion: object.metadata.resourceVersion ?? '' }, !this.#headersSent);
        this.#headersSent = true;
        return JSON.stringify(table);
      }
      case 'PartialObjectMetadata':
      case 'PartialObjectMetadataList':
        return JSON.stringify(partialObject(object, representation.version));
      default:
        return sharedJson(type, object);
    }
  }

  #bookmark(initialEnd: boolean): void {
    const { type } = this.#view;
    const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
    const metadata = { resourceVersion: String(this.#core.store.revision), creationTimestamp: null, ...annotations };
    const object = this.#emptyObject(type, metadata);
    this.#sink.write(`{"type":"BOOKMARK","object":${object}}\n`);
    this.#lastBookmark = this.#core.clock.monotonic();
  }

  #emptyObject(type: TypeInfo, metadata: Record<string, unknown>): string {
    const { representation } = this.#view;
    const { creationTimestamp: _null, ...rest } = metadata;
    if (representation.as === 'Table') {
      return JSON.stringify({
        kind: 'Table',
        apiVersion: `meta.k8s.io/${representation.version}`,
        metadata: rest,
        columnDefinitions: [],
        rows: [],
      });
    }
    if (representation.as !== 'none')
      return JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${representation.version}`, metadata: rest });
    return JSON.stringify({ kind: type.kind, apiVersion: apiVersionOf(type), metadata: rest });
  }

  #setTimers(clock: ApiCore['clock']): void {
    const seconds =
      this.#query.timeoutSeconds !== undefined && this.#query.timeoutSeconds > 0 ? this.#query.timeoutSeconds : this.#defaultTimeout();
    const end = clock.after(seconds * 1000, () => {
      if (this.#query.allowWatchBookmarks && !this.#ended) this.#bookmark(false);
      this.#end();
    });
    this.#stops.push(() => end.cancel());
    if (!this.#query.allowWatchBookmarks) return;
    const tick = () => {
      if (this.#ended) return;
      if (clock.monotonic() - this.#lastBookmark >= BOOKMARK_EVERY_MS / 2) this.#bookmark(false);
      timer = clock.after(BOOKMARK_EVERY_MS, tick);
    };
    let timer = clock.after(BOOKMARK_EVERY_MS, tick);
    this.#stops.push(() => timer.cancel());
  }

  #defaultTimeout(): number {
    return DEFAULT_TIMEOUT_SECONDS * (1 + this.#core.random.next());
  }

  /** The kind is served no longer: watches end, as when the definition's storage is torn down. */
  #endIfGone(): void {
    const { type } = this.#view;
    if (this.#core.catalog.find(type.group, type.version, type.plural) === undefined) this.#end();
  }

  #fail(error: StatusError): void {
    this.#sink.write(`{"type":"ERROR","object":${JSON.stringify(error.body())}}\n`);
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#stop();
    this.#sink.end();
  }

  #stop(): void {
    this.#ended = true;
    for (const stop of this.#stops.splice(0)) stop();
  }
}

/** One serialisation for all watchers of the same version of an object. */
let lastShared: { object: KubeObject; type: TypeInfo; text: string } | undefined;

function sharedJson(type: TypeInfo, object: KubeObject): string {
  if (lastShared !== undefined && lastShared.object === object && lastShared.type === type) return lastShared.text;
  const text = objectJson(type, object);
  lastShared = { object, type, text };
  return text;
}
