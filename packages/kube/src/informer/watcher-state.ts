import { isExpired, isInvalid, isVersionTooLarge } from '../errors/api-error.ts';
import { textAt } from '../json/read.ts';
import type { ApiStatus, WatchEvent } from '../types/client.ts';
import type { KubeList, KubeObject } from '../types/object.ts';

/** Where a watcher stands. */
export type WatcherState =
  /** Nothing is known: the next request gets everything. `whole`: in one piece, since a paged list took longer than its snapshot was kept. */
  | { name: 'empty'; whole?: boolean }
  /** A list is under way; `next` continues it. */
  | { name: 'paging'; next: string }
  /** A watch is sending the initial events (WatchList). */
  | { name: 'streaming' }
  /** Everything is known up to this version, and a watch from there sees all that follows. */
  | { name: 'watching'; resourceVersion: string };

/** How everything is got: as a stream (WatchList, KEP-3157), or page by page from servers that cannot do that. */
export type Strategy = 'stream' | 'list';

/** What the watcher tells its reader. Between `begin` and `complete` a full set arrives, which then replaces what was known. */
export type Emission =
  | { type: 'begin' }
  | { type: 'item'; object: KubeObject }
  | { type: 'gone'; object: KubeObject }
  | { type: 'complete'; resourceVersion: string }
  | { type: 'change'; change: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }
  | { type: 'progress'; resourceVersion: string };

export interface Step {
  state: WatcherState;
  emit: readonly Emission[];
}

/** A server that does not know sendInitialEvents ignored it: its stream is an ordinary watch whose end of initial events never comes. */
export class StreamingUnsupported extends Error {}

/** What a watch refuses inside its stream. */
export class WatchRefused extends Error {
  readonly status: ApiStatus;
  constructor(status: ApiStatus) {
    super(status.message);
    this.status = status;
  }
}

const initialEventsEnd = 'k8s.io/initial-events-end';

/** A page of a list has arrived. */
export function onPage(state: WatcherState, page: KubeList): Step {
  const begin: Emission[] = state.name === 'empty' ? [{ type: 'begin' }] : [];
  const items = page.items.map((object): Emission => ({ type: 'item', object }));
  const next = page.metadata.continue;
  if (next !== undefined && next !== '') return { state: { name: 'paging', next }, emit: [...begin, ...items] };
  const resourceVersion = page.metadata.resourceVersion ?? '';
  return { state: { name: 'watching', resourceVersion }, emit: [...begin, ...items, { type: 'complete', resourceVersion }] };
}

/** A stream of initial events has been accepted. */
export function onStreamOpened(): Step {
  return { state: { name: 'streaming' }, emit: [{ type: 'begin' }] };
}

/** An event of a watch. Throws `WatchRefused` for ERROR events and `StreamingUnsupported`. */
export function onEvent(state: WatcherState, event: WatchEvent): Step {
  if (event.type === 'ERROR') throw new WatchRefused(event.status);
  const { object } = event;
  const resourceVersion = object.metadata.resourceVersion ?? '';
  if (state.name === 'streaming') return { state: afterInitial(event, resourceVersion), emit: [initialEmission(event, resourceVersion)] };
  const watching: WatcherState = { name: 'watching', resourceVersion };
  if (event.type === 'BOOKMARK') return { state: watching, emit: [{ type: 'progress', resourceVersion }] };
  return {
    state: watching,
    emit: [
      { type: 'change', change: event.type, object },
      { type: 'progress', resourceVersion },
    ],
  };
}

function afterInitial(event: WatchEvent, resourceVersion: string): WatcherState {
  return event.type === 'BOOKMARK' ? { name: 'watching', resourceVersion } : { name: 'streaming' };
}

function initialEmission(event: Exclude<WatchEvent, { type: 'ERROR' }>, resourceVersion: string): Emission {
  switch (event.type) {
    case 'BOOKMARK':
      if (textAt(event.object.metadata, 'annotations', initialEventsEnd) !== 'true') throw new StreamingUnsupported();
      return { type: 'complete', resourceVersion };
    case 'DELETED':
      return { type: 'gone', object: event.object };
    default:
      return { type: 'item', object: event.object };
  }
}

export interface Recovery {
  state: WatcherState;
  strategy: Strategy;
}

/** Where to go on after a failure: as late as possible, so that a broken connection never costs a relist. */
export function onFailure(state: WatcherState, strategy: Strategy, error: Error): Recovery {
  switch (state.name) {
    case 'watching':
      return { state: isExpired(error) || isVersionTooLarge(error) ? { name: 'empty' } : state, strategy };
    case 'paging':
      return { state: isExpired(error) ? { name: 'empty', whole: true } : state, strategy };
    case 'streaming':
      return { state: { name: 'empty' }, strategy: error instanceof StreamingUnsupported ? 'list' : strategy };
    case 'empty':
      // The refusal of an unknown or switched-off option is a 422 (Forbidden: sendInitialEvents) before anything streams.
      return { state, strategy: strategy === 'stream' && isInvalid(error) ? 'list' : strategy };
  }
}
