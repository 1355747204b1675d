/** Discovery documents of meta/v1 in protobuf: they are no stored kinds, and in no generated table. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { BackwardWriter } from './backward-writer.ts';
import { nested, type WriteObject, writeEnvelope } from './protobuf-encode.ts';
import { isObject } from './read-body.ts';

/** Field number -> JSON name and what it is; what is no string and no bool is a message. */
type Fields = readonly (readonly [number: number, name: string, type: string])[];

const MESSAGES: Readonly<Record<string, Fields>> = {
  APIVersions: [
    [1, 'versions', '[]string'],
    [2, 'serverAddressByClientCIDRs', '[]ServerAddress'],
  ],
  APIGroupList: [[1, 'groups', '[]APIGroup']],
  APIGroup: [
    [1, 'name', 'string'],
    [2, 'versions', '[]GroupVersion'],
    [3, 'preferredVersion', 'GroupVersion'],
    [4, 'serverAddressByClientCIDRs', '[]ServerAddress'],
  ],
  APIResourceList: [
    [1, 'groupVersion', 'string'],
    [2, 'resources', '[]APIResource'],
  ],
  APIResource: [
    [1, 'name', 'string'],
    [2, 'namespaced', 'bool'],
    [3, 'kind', 'string'],
    [4, 'verbs', 'Verbs'],
    [5, 'shortNames', '[]string'],
    [6, 'singularName', 'string'],
    [7, 'categories', '[]string'],
    [8, 'group', 'string'],
    [9, 'version', 'string'],
    [10, 'storageVersionHash', 'string'],
  ],
  GroupVersion: [
    [1, 'groupVersion', 'string'],
    [2, 'version', 'string'],
  ],
  ServerAddress: [
    [1, 'clientCIDR', 'string'],
    [2, 'serverAddress', 'string'],
  ],
};

/** Undefined when the document is none of these. */
export function encodeDiscovery(document: JsonObject): Uint8Array | undefined {
  const fields = MESSAGES[String(document['kind'])];
  if (fields === undefined) return undefined;
  const out = new BackwardWriter();
  writeEnvelope(out, document, writerOf(fields));
  return out.finish();
}

const writerOf =
  (fields: Fields): WriteObject =>
  (out, value) => {
    for (const [field, name, type] of fields.toReversed()) {
      const member = value[name];
      if (!type.startsWith('[]')) writeValue(out, field, type, member);
      else if (Array.isArray(member)) for (const item of member.toReversed()) writeValue(out, field, type.slice(2), item);
    }
  };

function writeValue(out: BackwardWriter, field: number, type: string, value: JsonValue | undefined): void {
  if (type === 'string') out.text(field, typeof value === 'string' ? value : '');
  else if (type === 'bool') out.number(field, value === true ? 1 : 0);
  else if (type === 'Verbs') nested(out, field, () => writerOf([[1, 'items', '[]string']])(out, { items: value ?? [] }));
  else nested(out, field, () => writerOf(MESSAGES[type] ?? [])(out, isObject(value) ? value : {}));
}
