/** What the expressions of a ValidatingAdmissionPolicy say of the kinds that it is for, found before any object comes. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { compileCel } from '../../cel/compile.ts';
import { CelCompileError } from '../../cel/errors.ts';
import { type CelPlace, environmentAt } from '../../cel/places.ts';
import { type CelType, DYN } from '../../cel/types.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { apiVersionOf } from '../../schema/type-names.ts';
import { member, members, textOf } from '../json-members.ts';
import { texts } from '../matching/rules.ts';
import { placeOf } from './scope.ts';

export interface TypeCheckContext {
  /** Every kind that is served. */
  readonly types: readonly TypeInfo[];
  /** The type of the objects of a kind; undefined when nobody published it. */
  typeOf(type: TypeInfo): CelType | undefined;
}

/** admissionregistration/v1 ExpressionWarning. */
export interface ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}

const MOST_TYPES = 10;

/** Warnings of validations and their messages, for every kind at once. */
export function typeCheck(policy: KubeObject, context: TypeCheckContext): ExpressionWarning[] {
  const spec = member(policy, 'spec');
  const kinds = typesToCheck(spec, context.types).flatMap((type) => {
    const object = context.typeOf(type);
    return object === undefined ? [] : [{ type, place: placeAt(spec, object, context) }];
  });
  return members(spec, 'validations').flatMap((validation, index) =>
    ['expression', 'messageExpression'].flatMap((name) => {
      const source = textOf(validation[name]);
      if (source === '') return [];
      const complaints = kinds.flatMap(({ type, place }) => {
        const problem = problemOf(source, place);
        return problem === undefined ? [] : `${groupVersionKind(type)}: ${problem}\n`;
      });
      return complaints.length === 0 ? [] : [{ fieldRef: `spec.validations[${index}].${name}`, warning: complaints.join('\n') }];
    }),
  );
}

const groupVersionKind = ({ group, version, kind }: TypeInfo): string => `${group}/${version}, Kind=${kind}`;

function problemOf(source: string, place: CelPlace): string | undefined {
  try {
    compileCel(source, environmentAt(place));
    return undefined;
  } catch (error) {
    if (error instanceof CelCompileError) return error.message;
    throw error;
  }
}

/** What expressions may name: objects and parameters have the types of their kinds, and so have the variables that are made of them. */
function placeAt(spec: JsonObject, object: CelType, { types, typeOf }: TypeCheckContext): CelPlace {
  const kind = member(spec, 'paramKind');
  const params = types.find((type) => apiVersionOf(type) === kind['apiVersion'] && type.kind === kind['kind']);
  const variables = new Map<string, CelType>();
  const place: CelPlace = { ...placeOf(spec), object, ...(params === undefined ? {} : { paramsType: typeOf(params) ?? DYN }), variables };
  for (const variable of members(spec, 'variables')) variables.set(textOf(variable['name']), variableType(variable, place));
  return place;
}

function variableType(variable: JsonObject, place: CelPlace): CelType {
  try {
    return compileCel(textOf(variable['expression']), environmentAt(place)).type;
  } catch (error) {
    if (error instanceof CelCompileError) return DYN;
    throw error;
  }
}

/** Kinds that rules name without wildcards, in order of group, version and kind. */
function typesToCheck(spec: JsonObject, all: readonly TypeInfo[]): TypeInfo[] {
  const found = new Set<TypeInfo>();
  for (const rule of members(member(spec, 'matchConstraints'), 'resourceRules')) {
    const [groups, versions] = [texts(rule['apiGroups']), texts(rule['apiVersions'])];
    if ([...groups, ...versions].some((each) => each.includes('*'))) continue;
    const resources = texts(rule['resources']).filter((each) => !/[*/]/.test(each));
    const named = groups.toSorted().flatMap((group) =>
      versions.toSorted().flatMap((version) =>
        resources.toSorted().flatMap((resource) =>
          // no group stands for all of them where kinds are looked up by their resource
          all.filter((type) => type.plural === resource && type.version === version && (group === '' || type.group === group)),
        ),
      ),
    );
    for (const type of named.slice(0, MOST_TYPES)) found.add(type);
    if (named.length >= MOST_TYPES) break;
  }
  const key = ({ group, version, kind }: TypeInfo): string => `${group}\n${version}\n${kind}`;
  return [...found].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}
