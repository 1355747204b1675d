import type { JsonObject, KubeObject } from '@caretaker/kube';
import { withConversions } from '../conversion/ask.ts';
import { blankObject } from '../schema/blank-object.ts';
import type { TypeInfo } from '../schema/contract.ts';
import type { Cell } from '../storage/cell.ts';
import type { StoredEvent } from '../storage/event.ts';
import { renderTable } from '../table/render-table.ts';
import { encodeWatchEvent } from '../wire/protobuf-encode.ts';
import type { StreamBody, StreamSink } from './answers/answer.ts';
import { objectJson, partialObject, type View } from './answers/render.ts';
import type { StatusError } from './answers/status-error.ts';
import { expired } from './answers/status-reasons.ts';
import { type ApiCore, isStoredAs, readAs, tableOf } from './core.ts';
import { type ListQuery, parseResourceVersion } from './options/list-options.ts';
import { maySelect, type Selection, selects } from './options/selection.ts';

const BOOKMARK_EVERY_MS = 60_000;
/** The last bookmark comes this long before the end of a watch; a shorter watch has none. */
const LAST_BOOKMARK_SECONDS = 2;
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
  #turn: Promise<void> = Promise.resolve();
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
    else if (!fromNow) for (const event of table.log.after(version)) this.#inTurn(() => this.#forward(event));
    // A version that is yet to come is waited for.
    const from = version ?? 0;
    this.#stops.push(table.listen((event) => (event.revision > from ? this.#hear(event) : undefined)));
    this.#setTimers(clock);
    this.#stops.push(this.#core.catalog.onChange(() => this.#endIfGone()));
    return () => this.#stop();
  }

  /** What is there now, in order of names, and the bookmark that ends it if it was asked for. */
  #sendState(): void {
    const { revision } = this.#core.store;
    for (const { cell } of tableOf(this.#core, this.#view.type).entries(this.#selection.namespace)) {
      if (maySelect(this.#selection, cell)) this.#inTurn(() => this.#sendCell(cell));
    }
    if (this.#query.sendInitialEvents === true && this.#query.allowWatchBookmarks) this.#inTurn(() => this.#bookmark(true, revision));
  }

  #sendCell(cell: Cell): void {
    const text = this.#textOf(cell);
    const object = text === undefined || !this.#selection.everything ? readAs(this.#core, this.#view.type, cell.object) : undefined;
    if (object !== undefined && !selects(this.#selection, object)) return;
    if (text !== undefined) this.#write('ADDED', text);
    else if (object !== undefined) this.#send('ADDED', object);
  }

  /** Forwards a change, late when a fault says so. */
  #hear(event: StoredEvent): void {
    const { clock, faults } = this.#core;
    const now = clock.monotonic();
    this.#deliverAt = Math.max(this.#deliverAt, now + (faults.watchDelay?.(tableOf(this.#core, this.#view.type).key, event.object) ?? 0));
    if (this.#deliverAt <= now) this.#inTurn(() => this.#forward(event));
    else clock.after(this.#deliverAt - now, () => this.#inTurn(() => this.#forward(event)));
  }

  /** Does something now or, where a webhook converts, after what came before it and once that is converted; a watch ends when it cannot be. */
  #inTurn(send: () => void): void {
    if (this.#view.type.conversion === undefined) {
      send();
      return;
    }
    this.#turn = this.#turn.then(() => withConversions(this.#core, () => (this.#ended ? undefined : send()))).catch(() => this.#end());
  }

  #forward(event: StoredEvent): void {
    if (this.#ended) return;
    const { namespace } = this.#selection;
    if (namespace !== undefined && namespace !== event.namespace) return;
    const type = this.#view.type;
    if (this.#selection.everything) {
      this.#sendEvent(event.previousCell === undefined ? 'ADDED' : event.type, event);
      return;
    }
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

  /** A change of a watch without selectors: nobody has to look at the objects. */
  #sendEvent(type: EventType, event: StoredEvent): void {
    const text = this.#textOf(event.cell);
    if (text === undefined) this.#send(type, readAs(this.#core, this.#view.type, event.object));
    else this.#write(type, text);
  }

  /** The text of a stored object, when that is what the watch shows. */
  #textOf(cell: Cell): string | undefined {
    return this.#view.representation.as === 'none' && isStoredAs(this.#core, this.#view.type) ? cell.toText() : undefined;
  }

  #send(type: EventType, object: KubeObject): void {
    this.#write(type, this.#rendered(object));
  }

  /** One event: a line, or a frame for who reads protobuf. */
  #write(type: EventType, object: string): void {
    if (this.#view.representation.format !== 'protobuf') {
      this.#sink.write(`{"type":"${type}","object":${object}}\n`);
      return;
    }
    const frame = encodeWatchEvent(type, JSON.parse(object) as JsonObject);
    if (frame !== undefined) this.#sink.write(frame);
  }

  /** A bookmark's row carries its object even where rows carry none: that is where its annotation is. */
  #rendered(object: KubeObject, carries: 'as-asked' | 'always' = 'as-asked'): string {
    const { representation } = this.#view;
    switch (representation.as) {
      case 'Table': {
        const bare = carries === 'always' && this.#view.rowObject === 'None';
        const view: View = bare ? { ...this.#view, rowObject: 'Metadata' } : this.#view;
        const table = renderTable(view, [object], { resourceVersion: object.metadata.resourceVersion ?? '' }, !this.#headersSent);
        this.#headersSent = true;
        return JSON.stringify(table);
      }
      case 'PartialObjectMetadata':
      case 'PartialObjectMetadataList':
        return JSON.stringify(partialObject(object, representation.version));
      default:
        return sharedJson(this.#view, object);
    }
  }

  #bookmark(initialEnd: boolean, revision = this.#core.store.revision): void {
    const { type } = this.#view;
    const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
    this.#write('BOOKMARK', this.#bookmarkObject(type, { resourceVersion: String(revision), ...annotations }));
    this.#lastBookmark = this.#core.clock.monotonic();
  }

  /** An object of the kind to which nothing but this metadata was given. */
  #bookmarkObject(type: TypeInfo, given: KubeObject['metadata']): string {
    const { representation } = this.#view;
    if (representation.as === 'PartialObjectMetadata' || representation.as === 'PartialObjectMetadataList')
      return JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${representation.version}`, metadata: given });
    const blank = blankObject(type);
    const annotations = { ...blank.metadata.annotations, ...given.annotations };
    const metadata = Object.keys(annotations).length === 0 ? given : { ...given, annotations };
    const empty = { ...blank, metadata };
    return representation.as === 'Table' ? this.#rendered(empty, 'always') : JSON.stringify(empty);
  }

  #setTimers(clock: ApiCore['clock']): void {
    const seconds =
      this.#query.timeoutSeconds !== undefined && this.#query.timeoutSeconds > 0 ? this.#query.timeoutSeconds : this.#defaultTimeout();
    const end = clock.after(seconds * 1000, () => this.#end());
    this.#stops.push(() => end.cancel());
    if (!this.#query.allowWatchBookmarks) return;
    if (seconds > LAST_BOOKMARK_SECONDS) {
      const last = clock.after((seconds - LAST_BOOKMARK_SECONDS) * 1000, () => this.#bookmark(false));
      this.#stops.push(() => last.cancel());
    }
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
    this.#write('ERROR', JSON.stringify(error.body()));
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

function sharedJson(view: View, object: KubeObject): string {
  const { type } = view;
  if (lastShared !== undefined && lastShared.object === object && lastShared.type === type) return lastShared.text;
  const text = objectJson(view, object);
  lastShared = { object, type, text };
  return text;
}
