import { KubeError } from '../errors/kube-error.ts';
import { isObject, listAt, numberAt, textAt } from '../json/read.ts';
import type { WatchEvent } from '../types/client.ts';
import type { GroupVersionKind, KubeList, KubeObject } from '../types/object.ts';
import { parseJson, readStatus } from './status.ts';

/** The answer is not what the API promises. */
export class ProtocolError extends KubeError {
  constructor(message: string) {
    super('KUBE_PROTOCOL', message, { retryable: true, hint: 'is the address that of a Kubernetes API server?' });
  }
}

/** An object as the server sent it; `apiVersion` and `kind` are filled in where the API leaves them out. */
export function parseObject(text: string, kind: GroupVersionKind): KubeObject {
  return objectOf(parseJson(text), kind);
}

/**
 * Items of a list carry no apiVersion and kind, and metadata-only answers say PartialObjectMetadata: both get the kind that was asked for.
 */
export function objectOf(value: unknown, kind: GroupVersionKind): KubeObject {
  if (!isKubeShaped(value)) throw new ProtocolError(`the answer to a request for a ${kind.kind} is not an object with metadata`);
  if (typeof value.apiVersion !== 'string' || typeof value.kind !== 'string' || value.kind === 'PartialObjectMetadata') {
    value.apiVersion = kind.apiVersion;
    value.kind = kind.kind;
  }
  return value;
}

/** Strips what a server left in that does not know metadata-only answers. */
export function metadataOnly(object: KubeObject): KubeObject {
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}

/** `items` is null in an empty list of metadata, as Go writes a list that nobody filled. */
export function parseList(text: string, kind: GroupVersionKind): KubeList {
  const value = parseJson(text);
  if (!isObject(value) || !(value['items'] === null || Array.isArray(value['items'])))
    throw new ProtocolError(`the answer to a list of ${kind.kind} has no items`);
  const resourceVersion = textAt(value, 'metadata', 'resourceVersion');
  const more = textAt(value, 'metadata', 'continue');
  const remaining = numberAt(value, 'metadata', 'remainingItemCount');
  return {
    apiVersion: textAt(value, 'apiVersion') ?? kind.apiVersion,
    kind: textAt(value, 'kind') ?? `${kind.kind}List`,
    metadata: {
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(more === undefined || more === '' ? {} : { continue: more }),
      ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
    },
    items: listAt(value, 'items').map((item) => objectOf(item, kind)),
  };
}

/** One line of a watch. */
export function parseWatchEvent(line: string, kind: GroupVersionKind): WatchEvent {
  const value = parseJson(line);
  const object = isObject(value) ? value['object'] : undefined;
  const type = textAt(value, 'type');
  switch (type) {
    case 'ERROR':
      return { type, status: readStatus(object, 500) };
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return { type, object: objectOf(object, kind) };
    default:
      throw new ProtocolError(`a line of the watch of ${kind.kind} is not a watch event`);
  }
}

function isKubeShaped(value: unknown): value is KubeObject {
  return isObject(value) && isObject(value['metadata']);
}
