import { StatusError } from './status-error.ts';

/** How an answer is to look. */
export interface Representation {
  readonly format: 'json' | 'yaml';
  /** The transformation asked for with `as=`. */
  readonly as: 'none' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  /** Version of the transformed kind: v1 or v1beta1. */
  readonly version: 'v1' | 'v1beta1';
  readonly pretty: boolean;
}

const OBJECT_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const STREAM_TYPES = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

/** One element of an Accept header. */
interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function parseAccept(header: string): Clause[] {
  const clauses = header.split(',').flatMap((part) => {
    const [type = '', ...rest] = part.split(';').map((piece) => piece.trim());
    if (type === '') return [];
    const parameters = new Map<string, string>();
    for (const piece of rest) {
      const [key = '', value = ''] = piece.split('=').map((text) => text.trim());
      parameters.set(key, value);
    }
    const quality = Number(parameters.get('q') ?? '1');
    return [{ type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality }];
  });
  return clauses.sort((left, right) => right.quality - left.quality);
}

/** The plain refusal of a path whose representations do not include what was asked for. */
export function notAcceptable(withStreams: boolean, types: string = OBJECT_TYPES): StatusError {
  const list = withStreams ? `${types}, ${STREAM_TYPES}` : types;
  return new StatusError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${list}`, {});
}

const KNOWN = new Set(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', '*/*']);

/** Accept as text -> what to answer with. Protobuf is passed over for the next choice. Throws 406. */
export function negotiate(
  accept: string | undefined,
  options: { lists: boolean; tables: boolean; custom: boolean; pretty: boolean },
): Representation {
  const plain: Representation = { format: 'json', as: 'none', version: 'v1', pretty: options.pretty };
  if (accept === undefined || accept.trim() === '') return plain;
  const cached = options.pretty || !options.tables ? undefined : frequent.get(accept);
  if (cached !== undefined) return cached;
  const clauses = parseAccept(accept);
  // Custom resources have one refusal for all.
  if (!options.custom && !clauses.some((clause) => KNOWN.has(clause.type))) throw notAcceptable(options.lists);
  for (const clause of clauses) {
    if (clause.type === '*/*') return plain;
    if (clause.type !== 'application/json' && clause.type !== 'application/yaml') continue;
    const representation = transformed(clause, options);
    if (representation === undefined) continue;
    if (representation.format === 'json' && !options.pretty && options.tables && frequent.size < 64) frequent.set(accept, representation);
    return representation;
  }
  throw new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${OBJECT_TYPES}`);
}

/** Answers to the few Accept headers that clients send all the time. */
const frequent = new Map<string, Representation>();

function transformed(clause: Clause, options: { tables: boolean; pretty: boolean }): Representation | undefined {
  const format = clause.type === 'application/yaml' ? 'yaml' : 'json';
  const as = clause.parameters.get('as');
  const pretty = options.pretty || clause.parameters.get('pretty') === '1';
  if (as === undefined) return { format, as: 'none', version: 'v1', pretty };
  const version = clause.parameters.get('v');
  if (clause.parameters.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (as === 'Table') return options.tables ? { format, as, version, pretty } : undefined;
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { format, as, version, pretty };
  return undefined;
}
