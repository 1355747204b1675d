/** What the expressions of policies and match conditions may name. */
import { type CelProgram, celLibrary, compileCel } from './compile.ts';
import { AUTHORIZER, RESOURCE_CHECK } from './functions/authorizer.ts';
import type { CelEnvironment } from './scope.ts';
import { readType } from './signature.ts';
import { BOOL, type CelType, DYN, INT, listOf, mapOf, objectOf, STRING, showType, TIMESTAMP } from './types.ts';

const fields = (name: string, types: Readonly<Record<string, CelType>>): CelType => objectOf(name, new Map(Object.entries(types)));

const KIND = fields('kubernetes.GroupVersionKind', { group: STRING, version: STRING, kind: STRING });
const RESOURCE = fields('kubernetes.GroupVersionResource', { group: STRING, version: STRING, resource: STRING });

const REQUEST = fields('kubernetes.AdmissionRequest', {
  kind: KIND,
  resource: RESOURCE,
  subResource: STRING,
  requestKind: KIND,
  requestResource: RESOURCE,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: fields('kubernetes.UserInfo', {
    username: STRING,
    uid: STRING,
    groups: listOf(STRING),
    extra: mapOf(STRING, listOf(STRING)),
  }),
  dryRun: BOOL,
  options: DYN,
});

const NAMESPACE = fields('kubernetes.Namespace', {
  metadata: fields('kubernetes.NamespaceMetadata', {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: mapOf(STRING, STRING),
    annotations: mapOf(STRING, STRING),
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: listOf(STRING),
  }),
  spec: fields('kubernetes.NamespaceSpec', { finalizers: listOf(STRING) }),
  status: fields('kubernetes.NamespaceStatus', { phase: STRING }),
});

/** What an expression may name, by where it stands. */
export interface CelPlace {
  readonly params?: boolean;
  /** The type of `object` and `oldObject`, where it is known. */
  readonly object?: CelType;
  readonly paramsType?: CelType;
  readonly namespace?: boolean;
  readonly authorizer?: boolean;
  /** Types of the variables before this expression. */
  readonly variables?: ReadonlyMap<string, CelType>;
  readonly struct?: (name: string) => CelType | undefined;
}

export function environmentAt(place: CelPlace): CelEnvironment {
  const variables = new Map<string, CelType>([
    ['object', place.object ?? DYN],
    ['oldObject', place.object ?? DYN],
    ['request', REQUEST],
  ]);
  if (place.params === true) variables.set('params', place.paramsType ?? DYN);
  if (place.namespace === true) variables.set('namespaceObject', NAMESPACE);
  if (place.authorizer === true) {
    variables.set('authorizer', readType(AUTHORIZER));
    variables.set('authorizer.requestResource', readType(RESOURCE_CHECK));
  }
  if (place.variables !== undefined) variables.set('variables', objectOf('kubernetes.variables', place.variables));
  return { library: celLibrary(), variables, ...(place.struct === undefined ? {} : { struct: place.struct }) };
}

/** The program, or why there is none: it does not compile, or its value has none of the types wanted. */
export function compileAt(source: string, place: CelPlace, wanted: readonly string[]): CelProgram {
  const program = compileCel(source, environmentAt(place));
  const type = showType(program.type);
  if (wanted.length > 0 && !wanted.includes(type)) {
    const only =
      wanted.length === 1 ? (wanted[0] ?? '') : `one of [${wanted.map((one) => (one === 'null' ? 'null_type' : one)).join(' ')}]`;
    throw new Error(`must evaluate to ${only} but got ${type}`);
  }
  return program;
}

const programs = new Map<string, CelProgram>();
const KEPT = 1000;

/** The program of an expression that was validated; compiled once per text and place. Throws CelCompileError. */
export function programAt(source: string, place: CelPlace, key: string): CelProgram {
  const whole = `${key}\n${source}`;
  const known = programs.get(whole);
  if (known !== undefined) return known;
  const program = compileCel(source, environmentAt(place));
  if (programs.size >= KEPT) programs.clear();
  programs.set(whole, program);
  return program;
}
