import type { StatusCause, StatusError } from '../answers/status-error.ts';
import { badRequest, invalidOptions, plainError } from '../answers/status-reasons.ts';

/** Parsed query of a list, watch or collection delete. */
export interface ListQuery {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly timeoutSeconds: number | undefined;
}

/** Reads and checks list options in the order and words of the server. Throws StatusError 400 or 422. */
export function parseListQuery(query: URLSearchParams, kind: 'ListOptions' | 'DeleteOptions' = 'ListOptions'): ListQuery {
  const watch = parseBoolean(query.get('watch')) ?? false;
  const sendInitialEvents = query.has('sendInitialEvents') ? (parseBoolean(query.get('sendInitialEvents')) ?? true) : undefined;
  const options: ListQuery = {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    limit: parseInteger(query.get('limit')) ?? 0,
    continueToken: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    watch,
    allowWatchBookmarks: parseBoolean(query.get('allowWatchBookmarks')) ?? false,
    sendInitialEvents,
    timeoutSeconds: parseInteger(query.get('timeoutSeconds')),
  };
  const causes = watch ? checkWatch(withInitialEvents(options)) : checkList(options);
  if (causes.length > 0) throw invalidOptions(kind, causes);
  return options;
}

/** A watch from no version, asked for in the old way, is one that begins with what is there. */
function withInitialEvents(options: ListQuery): ListQuery {
  const old = options.sendInitialEvents === undefined && options.resourceVersionMatch === '';
  const fromNow = options.resourceVersion === '' || options.resourceVersion === '0';
  return old && fromNow ? { ...options, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } : options;
}

function checkList(options: ListQuery): StatusCause[] {
  const causes: StatusCause[] = [];
  const { resourceVersionMatch: match, resourceVersion: version, continueToken } = options;
  if (match !== '') {
    if (version === '')
      causes.push(forbiddenCause('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (continueToken !== '')
      causes.push(forbiddenCause('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') causes.push(unsupportedMatch(match));
    if (match === 'Exact' && version === '0') {
      causes.push(forbiddenCause('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (options.sendInitialEvents !== undefined) causes.push(forbiddenCause('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return causes;
}

function checkWatch(options: ListQuery): StatusCause[] {
  const causes: StatusCause[] = [];
  const { resourceVersionMatch: match, sendInitialEvents } = options;
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    causes.push(forbiddenCause('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match !== '') {
    if (sendInitialEvents === undefined) {
      causes.push(
        forbiddenCause('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
      );
    }
    if (match !== 'NotOlderThan')
      causes.push({ ...unsupportedMatch(match), message: `Unsupported value: ${JSON.stringify(match)}: supported values: "NotOlderThan"` });
    if (options.continueToken !== '')
      causes.push(forbiddenCause('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
  }
  return causes;
}

function forbiddenCause(field: string, why: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

function unsupportedMatch(value: string): StatusCause {
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: "Exact", "NotOlderThan", ""`,
    field: 'resourceVersionMatch',
  };
}

/** Go's query conversion: present without a value, or any word but a false one, is true. */
export function parseBoolean(value: string | null): boolean | undefined {
  if (value === null) return undefined;
  const text = value.toLowerCase();
  return text !== 'false' && text !== '0';
}

function parseInteger(value: string | null): number | undefined {
  if (value === null) return undefined;
  const refuse = (why: string): StatusError => badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: ${why}`);
  if (!/^[+-]?\d+$/.test(value)) throw refuse('invalid syntax');
  if (BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) throw refuse('value out of range');
  return Number(value);
}

/** Why Go does not read the text as an unsigned number of 64 bits; undefined when it does. */
export function uintFault(text: string): string | undefined {
  const refuse = (why: string): string => `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`;
  if (!/^\d+$/.test(text)) return refuse('invalid syntax');
  return BigInt.asUintN(64, BigInt(text)) === BigInt(text) ? undefined : refuse('value out of range');
}

/** A resource version of a query: undefined when not given. `status` tells how a bad one is refused: lists 400, get and watch 500. */
export function parseResourceVersion(text: string, request: 'list' | 'get' | 'watch'): number | undefined {
  if (text === '') return undefined;
  const fault = uintFault(text);
  if (fault === undefined) return Number(text);
  const why = `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${fault}`;
  throw request === 'list' ? badRequest(`invalid resource version: ${why}`) : plainError(why);
}
