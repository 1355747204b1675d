import { StatusError } from './status-error.ts';

/** How an answer is to look. */
export interface Representation {
  readonly format: 'json' | 'yaml' | 'protobuf';
  /** The transformation asked for with `as=`. */
  readonly as: 'none' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  /** Version of the transformed kind: v1 or v1beta1. */
  readonly version: 'v1' | 'v1beta1';
}

const OBJECT_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const STREAM_TYPES = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

/** One element of an Accept header. */
interface Clause {
  /** In lower case. */
  readonly type: string;
  /** As it was written. */
  readonly bare: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** Clauses in order of preference: by quality, then those with wildcards last. */
function parseAccept(header: string): Clause[] {
  const clauses = header.split(',').flatMap((part) => {
    const [range = '', ...rest] = part.split(';').map((piece) => piece.trim());
    const [type = '', subtype] = range.toLowerCase().split('/');
    if (subtype === undefined && type !== '*') return [];
    const parameters = new Map<string, string>();
    for (const piece of rest) {
      const [key = '', value = ''] = piece.split('=').map((text) => text.trim());
      // a parameter that says nothing is none
      if (value !== '') parameters.set(key, value);
    }
    const quality = Number(parameters.get('q') ?? '1');
    return [{ type: `${type}/${subtype ?? '*'}`, bare: range, parameters, quality: Number.isNaN(quality) ? 0 : quality }];
  });
  const wildcards = ({ type }: Clause): number => (type.startsWith('*') ? 2 : type.endsWith('*') ? 1 : 0);
  return clauses.sort((left, right) => right.quality - left.quality || wildcards(left) - wildcards(right));
}

/** What a clause without parameters that transform means; undefined when it is none of ours. */
const FORMATS: Readonly<Record<string, Representation['format']>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
  'application/*': 'json',
  '*/*': 'json',
};

/** The plain refusal of a path whose representations do not include what was asked for. */
export function notAcceptable(withStreams: boolean, types: string = OBJECT_TYPES): StatusError {
  const list = withStreams ? `${types}, ${STREAM_TYPES}` : types;
  return new StatusError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${list}`, {});
}

/** What the router in front of built-in paths lets through, whatever the parameters. */
const ROUTED = new Set(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', '*/*']);

function checkRoute(clauses: readonly Clause[], withStreams: boolean): void {
  if (!clauses.some((clause) => ROUTED.has(clause.bare))) throw notAcceptable(withStreams);
}

function unsupported(): StatusError {
  return new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${OBJECT_TYPES}`);
}

/** Accept as text -> what to answer with: the first choice that there is. Throws 406. */
export function negotiate(accept: string | undefined, options: { lists: boolean; tables: boolean; custom: boolean }): Representation {
  const plain: Representation = { format: 'json', as: 'none', version: 'v1' };
  if (accept === undefined || accept.trim() === '') return plain;
  // custom resources take more, and their answers are not for others
  const cacheable = options.tables && !options.custom;
  const cached = cacheable ? frequent.get(accept) : undefined;
  if (cached !== undefined) return cached;
  const clauses = parseAccept(accept);
  if (!options.custom) checkRoute(clauses, options.lists);
  for (const clause of clauses) {
    const representation = transformed(clause, options);
    if (representation === undefined) continue;
    if (cacheable && frequent.size < 64) frequent.set(accept, representation);
    return representation;
  }
  throw unsupported();
}

/** The format of what is no object of the kind asked for: the first that is accepted. */
export function preferredFormat(accept: string): Representation['format'] {
  const formats = parseAccept(accept).flatMap((clause) => (clause.parameters.has('as') ? [] : [FORMATS[clause.type]]));
  return formats.find((format) => format !== undefined) ?? 'json';
}

/** The format of a document that is no object. Paths outside of the router take wildcards too. Throws 406. */
export function negotiateDocument(accept: string | undefined, routed: boolean): Representation['format'] {
  if (accept === undefined || accept.trim() === '') return 'json';
  const clauses = parseAccept(accept);
  if (routed) checkRoute(clauses, false);
  const clause = clauses.find((each) => FORMATS[each.type] !== undefined && !each.parameters.has('as'));
  if (clause === undefined) throw unsupported();
  return FORMATS[clause.type] ?? 'json';
}

/** The format of the aggregated discovery document that is asked for; undefined when it is not. */
export function negotiateAggregated(accept: string | undefined): 'json' | 'yaml' | undefined {
  for (const { type, parameters } of parseAccept(accept ?? '')) {
    const format = FORMATS[type];
    const wanted =
      parameters.get('as') === 'APIGroupDiscoveryList' && parameters.get('g') === 'apidiscovery.k8s.io' && parameters.get('v') === 'v2';
    if (wanted && (format === 'json' || format === 'yaml')) return format;
  }
  return undefined;
}

/** Whether the first format that is accepted is JSON to be read. */
export function acceptsIndented(accept: string | undefined): boolean {
  if (accept?.includes('pretty') !== true) return false;
  return (
    parseAccept(accept)
      .find(({ type }) => FORMATS[type] !== undefined)
      ?.parameters.get('pretty') === '1'
  );
}

/** Answers to the few Accept headers that clients send all the time. */
const frequent = new Map<string, Representation>();

function transformed(clause: Clause, options: { tables: boolean; custom: boolean }): Representation | undefined {
  const format = FORMATS[clause.type];
  if (format === undefined) return undefined;
  const as = clause.parameters.get('as');
  const plain = !['as', 'g', 'v'].some((name) => clause.parameters.has(name));
  // custom resources are written in protobuf no further than their metadata
  if (plain) return format === 'protobuf' && options.custom ? undefined : { format, as: 'none', version: 'v1' };
  const version = clause.parameters.get('v');
  if (clause.parameters.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (as === 'Table') return options.tables && format !== 'protobuf' ? { format, as, version } : undefined;
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { format, as, version };
  return undefined;
}
