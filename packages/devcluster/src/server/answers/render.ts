import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../../schema/contract.ts';
import { internalMetadata } from '../../schema/internal-metadata.ts';
import { apiVersionOf } from '../../schema/type-names.ts';
import { type RowObject, renderTable } from '../../table/render-table.ts';
import { goYaml } from '../../wire/go-yaml.ts';
import { encodeProtobuf } from '../../wire/protobuf-encode.ts';
import { PROTOBUF } from '../../wire/read-body.ts';
import type { ListItem, ListResult } from '../list.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import type { Representation } from './negotiation.ts';
import { StatusError } from './status-error.ts';
import { plainError } from './status-reasons.ts';

/** How the objects of one request are shown. */
export interface View {
  readonly type: TypeInfo;
  readonly representation: Representation;
  /** What rows of a Table carry. */
  readonly rowObject: RowObject;
  /** Wall clock, for ages. */
  readonly now: number;
  /** The text of an object that is stored, which is made once for all who want it. */
  textOf(object: KubeObject): string | undefined;
}

/** JSON with the kind and version of the view, whatever the stored object says. */
export function objectJson(view: View, object: KubeObject): string {
  const { type } = view;
  if (object.kind === type.kind && object.apiVersion === apiVersionOf(type)) return view.textOf(object) ?? JSON.stringify(object);
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
      if (!view.type.builtin) throw plainError('content is not a list');
      throw notThatKind(`PartialObjectMetadataList, but the requested object is not a list (*${goType(view.type)})`);
    default:
      if (representation.format === 'json') {
        return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${objectJson(view, object)}\n` };
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
      return encoded(representation, 200, renderTable(view, objectsOf(list), tableMeta(list)), {});
    case 'PartialObjectMetadataList':
      return encoded(
        representation,
        200,
        {
          kind: 'PartialObjectMetadataList',
          apiVersion: `meta.k8s.io/${representation.version}`,
          metadata: tableMeta(list),
          // Nothing is null to Go here, where lists of the kinds themselves are [].
          items: list.items.length === 0 ? null : objectsOf(list).map((object) => partialObject(object, representation.version)),
        },
        {},
      );
    case 'PartialObjectMetadata':
      throw notThatKind(`PartialObjectMetadata, but the requested object is a list (*${goType(view.type)}List)`);
    default:
      if (representation.format === 'json') return listOfTexts(view, metadata, list.items);
      return encoded(
        representation,
        200,
        { kind: type.listKind, apiVersion: apiVersionOf(type), metadata, items: objectsOf(list).map((object) => listItem(type, object)) },
        {},
      );
  }
}

const objectsOf = (list: ListResult): KubeObject[] => list.items.map((item) => item.object);

/** A list put together from the texts of its objects. */
function listOfTexts({ type }: View, metadata: unknown, items: readonly ListItem[]): Answer {
  const head = `{"kind":${JSON.stringify(type.listKind)},"apiVersion":${JSON.stringify(apiVersionOf(type))},"metadata":${JSON.stringify(metadata)}`;
  const heads = headsOf(type);
  const texts = items.map((item) => {
    const { text } = item;
    const known = text === undefined ? undefined : heads.find((one) => text.startsWith(one));
    return text === undefined || known === undefined ? JSON.stringify(listItem(type, item.object)) : `{${text.slice(known.length)}`;
  });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: `${head},"items":[${texts.join(',')}]}\n` };
}

/** How the text of a stored object of a type begins. */
function headsOf(type: TypeInfo): readonly string[] {
  const kind = `"kind":${JSON.stringify(type.kind)}`;
  const version = `"apiVersion":${JSON.stringify(apiVersionOf(type))}`;
  return [`{${version},${kind},`, `{${kind},${version},`];
}

/** One stored object as plain JSON; undefined when the view shows it otherwise. */
export function textAnswerOf({ representation, type }: View, text: string): Answer | undefined {
  if (representation.as !== 'none' || representation.format !== 'json') return undefined;
  if (!headsOf(type).some((head) => text.startsWith(head))) return undefined;
  return { status: 200, headers: { 'content-type': 'application/json' }, body: `${text}\n` };
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
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: internalMetadata(object) };
}

/** A body in the negotiated format. */
export function encoded(representation: Representation, status: number, body: unknown, headers: Answer['headers']): Answer {
  if (representation.format === 'yaml') {
    return { status, headers: { 'content-type': 'application/yaml', ...headers }, body: goYaml(body as JsonValue) };
  }
  if (representation.format === 'protobuf') {
    const bytes = encodeProtobuf(body as JsonObject);
    if (bytes === undefined) throw notThatKind('protobuf, but the kind has no such form');
    return { status, headers: { 'content-type': PROTOBUF, ...headers }, body: bytes };
  }
  return jsonAnswer(status, body, headers);
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
