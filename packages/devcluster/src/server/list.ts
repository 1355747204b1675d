import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import type { TableEntry } from '../storage/resource-table.ts';
import { StatusError } from './answers/status-error.ts';
import { badRequest, expired } from './answers/status-reasons.ts';
import { type ApiCore, isStoredAs, readAs, tableOf } from './core.ts';
import { type ContinueToken, decodeContinue, encodeContinue, keyInList } from './options/continue-token.ts';
import { type ListQuery, parseResourceVersion } from './options/list-options.ts';
import { maySelect, type Selection, selects } from './options/selection.ts';

/** One object of a list. */
export interface ListItem {
  readonly object: KubeObject;
  /** The object as JSON, where it is at hand. */
  readonly text: string | undefined;
}

export interface ListResult {
  readonly items: readonly ListItem[];
  readonly resourceVersion: string;
  readonly continueToken: string;
  readonly remainingItemCount: number | undefined;
}

/** A stored object, read when it is asked for: most lists are made of texts alone. */
class StoredItem implements ListItem {
  readonly #core: ApiCore;
  readonly #type: TypeInfo;
  readonly entry: TableEntry;
  #object: KubeObject | undefined;

  constructor(core: ApiCore, type: TypeInfo, entry: TableEntry) {
    this.#core = core;
    this.#type = type;
    this.entry = entry;
  }

  get object(): KubeObject {
    this.#object ??= readAs(this.#core, this.#type, this.entry.cell.object);
    return this.#object;
  }

  get text(): string | undefined {
    return isStoredAs(this.#core, this.#type) ? this.entry.cell.toText() : undefined;
  }

  isSelected(selection: Selection): boolean {
    return selection.everything || (maySelect(selection, this.entry.cell) && selects(selection, this.object));
  }
}

/** A list as the query asks for it: now, at a version, or the next page of an earlier one. Throws StatusError 400, 410 or 504. */
export function listObjects(core: ApiCore, type: TypeInfo, query: ListQuery, selection: Selection): ListResult {
  const { revision, after } = startOf(core, type, query);
  const exact = revision !== undefined;
  // Version 0 is answered from the watch cache, which knows no pages.
  const limit = query.limit > 0 && query.resourceVersion !== '0' ? query.limit : Number.POSITIVE_INFINITY;
  const items: StoredItem[] = [];
  let remaining = 0;
  for (const entry of candidates(core, type, selection, revision)) {
    if (after !== undefined && keyInList(entry, selection.namespace) < after) continue;
    if (items.length >= limit) {
      // What follows counts as more whether it is selected or not: nobody looks.
      if (!selection.everything) return page(core, query, selection, items, revision, undefined, exact);
      remaining += 1;
      continue;
    }
    const item = new StoredItem(core, type, entry);
    if (item.isSelected(selection)) items.push(item);
  }
  if (remaining > 0) return page(core, query, selection, items, revision, remaining, exact);
  return { items, resourceVersion: String(revision ?? core.store.revision), continueToken: '', remainingItemCount: undefined };
}

function page(
  core: ApiCore,
  query: ListQuery,
  selection: Selection,
  items: readonly StoredItem[],
  revision: number | undefined,
  remaining: number | undefined,
  exact: boolean,
): ListResult {
  const at = exact && revision !== undefined ? revision : core.store.revision;
  const last = items[items.length - 1]?.entry ?? { namespace: '', name: '' };
  const token = encodeContinue({ revision: at, start: `${keyInList(last, selection.namespace)}\u0000` });
  const selector = query.labelSelector !== '' || query.fieldSelector !== '';
  return { items, resourceVersion: String(at), continueToken: token, remainingItemCount: selector ? undefined : remaining };
}

interface Start {
  /** undefined: the newest state. */
  readonly revision: number | undefined;
  /** The first key that may be in the page. */
  readonly after?: string;
}

function startOf(core: ApiCore, type: TypeInfo, query: ListQuery): Start {
  const version = parseResourceVersion(query.resourceVersion, 'list');
  const table = tableOf(core, type);
  if (query.continueToken !== '') {
    if (version !== undefined && version !== 0) throw badRequest('specifying resource version is not allowed when using continue');
    const token = decodeContinue(query.continueToken);
    const after = token.start;
    if (token.revision < 0) return { revision: undefined, after };
    if (!core.store.reaches(table, token.revision)) throw pageExpired(token);
    return { revision: token.revision, after };
  }
  if (version === undefined || version === 0) return { revision: undefined };
  if (version > core.store.revision) throw tooLarge(version, core.store.revision);
  const exact = query.resourceVersionMatch === 'Exact' || (query.resourceVersionMatch === '' && query.limit > 0);
  if (!exact) return { revision: undefined };
  if (!core.store.reaches(table, version)) throw expired(`The resourceVersion for the provided list is too old.`);
  return { revision: version };
}

function candidates(core: ApiCore, type: TypeInfo, selection: Selection, revision: number | undefined): Iterable<TableEntry> {
  const table = tableOf(core, type);
  if (revision !== undefined && revision !== core.store.revision) return table.entriesAt(revision, selection.namespace);
  if (selection.name !== undefined && (selection.namespace !== undefined || !type.namespaced)) {
    const { namespace = '', name } = selection;
    const cell = table.cell(namespace, name);
    return cell === undefined ? [] : [{ namespace, name, cell }];
  }
  return table.entries(selection.namespace);
}

function pageExpired({ start }: ContinueToken): StatusError {
  const next = encodeContinue({ revision: -1, start });
  const error = new StatusError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  return Object.assign(error, { continueToken: next });
}

/** The version asked for has not happened yet. */
export function tooLarge(asked: number, current: number): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
