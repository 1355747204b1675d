import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { type ApiCore, readAs, tableOf } from './core.ts';
import { type ListQuery, parseResourceVersion } from './list-options.ts';
import { type Selection, selects } from './selection.ts';
import { StatusError } from './status-error.ts';
import { badRequest, expired } from './status-reasons.ts';

export interface ListResult {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly continueToken: string;
  readonly remainingItemCount: number | undefined;
}

/** A list as the query asks for it: now, at a version, or the next page of an earlier one. Throws StatusError 400, 410 or 504. */
export function listObjects(core: ApiCore, type: TypeInfo, query: ListQuery, selection: Selection): ListResult {
  const { revision, after } = startOf(core, type, query);
  const exact = revision !== undefined;
  // Version 0 is answered from the watch cache, which knows no pages.
  const limit = query.limit > 0 && query.resourceVersion !== '0' ? query.limit : Number.POSITIVE_INFINITY;
  const items: KubeObject[] = [];
  let remaining = 0;
  let last: KubeObject | undefined;
  for (const stored of candidates(core, type, selection, revision)) {
    if (after !== undefined && !isAfter(stored, after)) continue;
    if (items.length >= limit) {
      remaining += 1;
      if (!selection.everything && selects(selection, readAs(core, type, stored))) {
        return page(core, query, items, last, revision, undefined, exact);
      }
      continue;
    }
    const object = readAs(core, type, stored);
    if (!selects(selection, object)) continue;
    items.push(object);
    last = stored;
  }
  if (remaining > 0 && selection.everything) return page(core, query, items, last, revision, remaining, exact);
  return { items, resourceVersion: String(revision ?? core.store.revision), continueToken: '', remainingItemCount: undefined };
}

function page(
  core: ApiCore,
  query: ListQuery,
  items: readonly KubeObject[],
  last: KubeObject | undefined,
  revision: number | undefined,
  remaining: number | undefined,
  exact: boolean,
): ListResult {
  const at = exact && revision !== undefined ? revision : core.store.revision;
  const token = encodeContinue({ revision: at, namespace: last?.metadata.namespace ?? '', name: last?.metadata.name ?? '' });
  const selector = query.labelSelector !== '' || query.fieldSelector !== '';
  return { items, resourceVersion: String(at), continueToken: token, remainingItemCount: selector ? undefined : remaining };
}

interface Start {
  /** undefined: the newest state. */
  readonly revision: number | undefined;
  readonly after?: { readonly namespace: string; readonly name: string };
}

function startOf(core: ApiCore, type: TypeInfo, query: ListQuery): Start {
  const version = parseResourceVersion(query.resourceVersion, 'list');
  const table = tableOf(core, type);
  if (query.continueToken !== '') {
    if (version !== undefined && version !== 0) throw badRequest('specifying resource version is not allowed when using continue');
    const token = decodeContinue(query.continueToken, type.namespaced);
    const after = { namespace: token.namespace, name: token.name };
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

function candidates(core: ApiCore, type: TypeInfo, selection: Selection, revision: number | undefined): Iterable<KubeObject> {
  const table = tableOf(core, type);
  if (revision !== undefined && revision !== core.store.revision) return table.valuesAt(revision, selection.namespace);
  if (selection.name !== undefined && (selection.namespace !== undefined || !type.namespaced)) {
    const only = table.get(selection.namespace ?? '', selection.name);
    return only === undefined ? [] : [only];
  }
  return table.values(selection.namespace);
}

function isAfter(object: KubeObject, after: { namespace: string; name: string }): boolean {
  const namespace = object.metadata.namespace ?? '';
  if (namespace !== after.namespace) return namespace > after.namespace;
  return (object.metadata.name ?? '') > after.name;
}

function pageExpired(token: { namespace: string; name: string }): StatusError {
  const next = encodeContinue({ revision: -1, namespace: token.namespace, name: token.name });
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
