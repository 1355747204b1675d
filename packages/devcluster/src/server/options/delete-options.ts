import type { JsonValue } from '@caretaker/kube';
import { decodeStruct } from '../../decode/go-decoder.ts';
import { GoDecodeError } from '../../decode/place.ts';
import { duplicateFields } from '../../wire/duplicate-fields.ts';
import { jsonProblem } from '../../wire/go-json.ts';
import { decodeProtobuf } from '../../wire/protobuf-object.ts';
import { isObject, mediaTypeOf, PROTOBUF, textOf, unknownFormat } from '../../wire/read-body.ts';
import { parseFirstYaml } from '../../wire/yaml.ts';
import type { StatusCause } from '../answers/status-error.ts';
import { badRequest, invalidOptions } from '../answers/status-reasons.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import type { DeleteOptions } from '../writes/delete.ts';
import { parseBoolean } from './list-options.ts';
import { checkDryRun } from './write-options.ts';

const DELETE_OPTIONS = 'k8s.io/apimachinery/pkg/apis/meta/v1.DeleteOptions';

export interface ReadDeleteOptions {
  readonly options: DeleteOptions;
  readonly dryRun: boolean;
  /** The DeleteOptions as admission reviews show them. */
  readonly review: Readonly<Record<string, unknown>>;
}

/** DeleteOptions from the body, or from the query when there is no body. Throws StatusError 400 or 422. */
export function readDeleteOptions(request: AuthorizedRequest): ReadDeleteOptions {
  const raw = request.body.length > 0 ? fromBody(request) : fromQuery(request.query);
  const dryRun = Array.isArray(raw['dryRun']) ? raw['dryRun'].map(String) : [];
  const propagation = typeof raw['propagationPolicy'] === 'string' ? raw['propagationPolicy'] : undefined;
  const orphan = typeof raw['orphanDependents'] === 'boolean' ? raw['orphanDependents'] : undefined;
  const causes: StatusCause[] = [];
  if (propagation !== undefined && orphan !== undefined) {
    const message = `Invalid value: ${JSON.stringify(propagation)}: orphanDependents and deletionPropagation cannot be both set`;
    causes.push({ reason: 'FieldValueInvalid', message, field: 'propagationPolicy' });
  }
  if (propagation !== undefined && !isPolicy(propagation)) {
    const message = `Unsupported value: ${JSON.stringify(propagation)}: supported values: "Foreground", "Background", "Orphan", "nil"`;
    causes.push({ reason: 'FieldValueNotSupported', message, field: 'propagationPolicy' });
  }
  causes.push(...checkDryRun(dryRun));
  if (causes.length > 0) throw invalidOptions('DeleteOptions', causes);
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = raw;
  return {
    options: {
      ...(typeof raw['gracePeriodSeconds'] === 'number' ? { gracePeriodSeconds: raw['gracePeriodSeconds'] } : {}),
      ...preconditions(raw['preconditions']),
      ...(propagation !== undefined && isPolicy(propagation) ? { propagation } : {}),
      ...(orphan === undefined ? {} : { orphanDependents: orphan }),
    },
    dryRun: dryRun.length > 0,
    review: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', ...rest },
  };
}

function isPolicy(text: string): text is 'Foreground' | 'Background' | 'Orphan' {
  return text === 'Foreground' || text === 'Background' || text === 'Orphan';
}

function preconditions(value: JsonValue | undefined): Pick<DeleteOptions, 'uid' | 'resourceVersion'> {
  if (!isObject(value)) return {};
  return {
    ...(typeof value['uid'] === 'string' ? { uid: value['uid'] } : {}),
    ...(typeof value['resourceVersion'] === 'string' ? { resourceVersion: value['resourceVersion'] } : {}),
  };
}

function fromBody(request: AuthorizedRequest): Record<string, JsonValue> {
  const mediaType = mediaTypeOf(request.headers['content-type']);
  if (mediaType === PROTOBUF) return decodeProtobuf(Buffer.from(request.body));
  if (mediaType !== 'application/json' && mediaType !== 'application/yaml') throw unknownFormat();
  const text = mediaType === 'application/yaml' ? JSON.stringify(parseFirstYaml(textOf(request.body))) : textOf(request.body);
  const problem = jsonProblem(text);
  if (problem !== undefined) throw badRequest(`couldn't get version/kind; json parse error: ${problem}`);
  const value = JSON.parse(text) as JsonValue;
  if (!isObject(value))
    throw badRequest("couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct");
  const kind = value['kind'];
  const apiVersion = value['apiVersion'];
  if (typeof kind === 'string' && kind !== '' && kind !== 'DeleteOptions') {
    const version = typeof apiVersion === 'string' && apiVersion !== '' ? apiVersion : 'v1';
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(version)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  try {
    decodeStruct(DELETE_OPTIONS, value);
  } catch (error) {
    if (error instanceof GoDecodeError) throw badRequest(error.message);
    throw error;
  }
  for (const path of duplicateFields(text)) request.warnings.push(`duplicate field ${JSON.stringify(path)}`);
  return value;
}

function fromQuery(query: URLSearchParams): Record<string, JsonValue> {
  const out: Record<string, JsonValue> = {};
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null && grace !== '') {
    if (!/^[+-]?\d+$/.test(grace)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
    out['gracePeriodSeconds'] = Number(grace);
  }
  const policy = query.get('propagationPolicy');
  if (policy !== null) out['propagationPolicy'] = policy;
  const orphan = parseBoolean(query.get('orphanDependents'));
  if (orphan !== undefined) out['orphanDependents'] = orphan;
  const dryRun = query.getAll('dryRun');
  if (dryRun.length > 0) out['dryRun'] = dryRun;
  return out;
}
