import type { JsonValue, KubeObject } from '@caretaker/kube';
import { stringify as yamlText } from 'yaml';
import type { TypeInfo } from '../schema/contract.ts';
import { apiVersionOf } from '../schema/type-names.ts';
import { type RowObject, renderTable } from '../table/render-table.ts';
import type { Answer } from './answer.ts';
import type { ListResult } from './list.ts';
import type { Representation } from './negotiation.ts';
import { StatusError } from './status-error.ts';

/** How the objects of one request are shown. */
export interface View {
  readonly type: TypeInfo;
  readonly representation: Representation;
  /** What rows of a Table carry. */
  readonly rowObject: RowObject;
  /** Wall clock, for ages. */
  readonly now: number;
}

/** JSON with the kind and version in front, whatever the stored object says. */
export function objectJson(type: TypeInfo, object: KubeObject): string {
  if (object.kind === type.kind && object.apiVersion === apiVersionOf(type)) return JSON.stringify(object);
  return JSON.stringify({ ...object, kind: type.kind, apiVersion: apiVersionOf(type) });
}

export function objectAnswer(view: View, status: number, object: KubeObject, headers: Answer['headers'] = {}): Answer {
  const { representation } = view;
  switch (representation.as) {
    case 'Table':
      return encoded(
        representation,
        status,
        renderTable(view, [object], { resourceVersion: object.metadata.resourceVersion ?? '' }),
        headers,
      );
    case 'PartialObjectMetadata':
      return encoded(representation, status, partialObject(object, representation.version), headers);
    case 'PartialObjectMetadataList':
      throw notThatKind(`PartialObjectMetadataList, but the requested object is not a list (*${goType(view.type)})`);
    default:
      if (representation.format === 'json' && !representation.pretty) {
        return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${objectJson(view.type, object)}\n` };
      }
      return encoded(representation, status, { ...object, kind: view.type.kind, apiVersion: apiVersionOf(view.type) }, headers);
  }
}

export function listAnswer(view: View, list: ListResult): Answer {
  const { representation, type } = view;
  const metadata = {
    ...(type.builtin && list.continueToken === '' ? {} : { continue: list.continueToken }),
    ...(list.remainingItemCount === undefined ? {} : { remainingItemCount: list.remainingItemCount }),
    resourceVersion: list.resourceVersion,
  };
  switch (representation.as) {
    case 'Table':
      return encoded(representation, 200, renderTable(view, list.items, tableMeta(list)), {});
    case 'PartialObjectMetadataList':
      return encoded(
        representation,
        200,
        {
          kind: 'PartialObjectMetadataList',
          apiVersion: `meta.k8s.io/${representation.version}`,
          metadata: tableMeta(list),
          items: list.items.map((object) => partialObject(object, representation.version)),
        },
        {},
      );
    case 'PartialObjectMetadata':
      throw notThatKind(`PartialObjectMetadata, but the requested object is a list (*${goType(view.type)}List)`);
    default:
      return encoded(
        representation,
        200,
        { kind: type.listKind, apiVersion: apiVersionOf(type), metadata, items: list.items.map((object) => listItem(type, object)) },
        {},
      );
  }
}

function tableMeta(list: ListResult) {
  return {
    resourceVersion: list.resourceVersion,
    ...(list.continueToken === '' ? {} : { continue: list.continueToken }),
    ...(list.remainingItemCount === undefined ? {} : { remainingItemCount: list.remainingItemCount }),
  };
}

/** Items of built-in kinds carry no kind and apiVersion, those of custom resources do. */
export function listItem(type: TypeInfo, object: KubeObject): unknown {
  if (!type.builtin) return { ...object, kind: type.kind, apiVersion: apiVersionOf(type) };
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

export function partialObject(object: KubeObject, version: string): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}

/** A body in the negotiated format. */
export function encoded(representation: Representation, status: number, body: unknown, headers: Answer['headers']): Answer {
  if (representation.format === 'yaml') {
    return { status, headers: { 'content-type': 'application/yaml', ...headers }, body: yamlText(body as JsonValue) };
  }
  const text = representation.pretty ? JSON.stringify(body, undefined, 2) : JSON.stringify(body);
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${text}\n` };
}

/** The internal Go type, as the refusal of a wrong `as=` names it. */
function goType(type: TypeInfo): string {
  if (!type.builtin) return 'unstructured.Unstructured';
  const group = type.group === '' ? 'core' : (type.group.split('.')[0] ?? '');
  return `${group}.${type.kind}`;
}

function notThatKind(what: string): StatusError {
  return new StatusError(406, 'NotAcceptable', `you requested ${what}`);
}
