/** Helpers that say a structural schema in TypeBox, so that schema and static type come from one text. Used by the generator and, as types, by the operator. */
import { type TSchema, Type } from 'typebox';

type Extra = Record<string, unknown>;

/** A string. */
export const text = (description: string, extra: Extra = {}) => Type.String({ description, ...extra });
/** An int32 from `minimum` to `maximum`. */
export const int32 = (description: string, extra: Extra = {}) => Type.Integer({ description, format: 'int32', ...extra });
/** An int64. */
export const int64 = (description: string, extra: Extra = {}) => Type.Integer({ description, format: 'int64', ...extra });
export const bool = (description: string, extra: Extra = {}) => Type.Boolean({ description, ...extra });
export const decimal = (description: string) => Type.Number({ description });
/** RFC 3339 text. */
export const time = (description: string) => Type.String({ description, format: 'date-time' });

/** One of `values`. */
export const oneOf = <const V extends readonly string[]>(description: string, values: V, extra: Extra = {}) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: [...values], description, ...extra });

/** A map from text to text. */
export const mapOfText = (description: string, extra: Extra = {}) =>
  Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' }, description, ...extra });

/** Any object, kept whole. */
export const anyObject = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({ type: 'object', description, 'x-kubernetes-preserve-unknown-fields': true });

/** A list whose elements are told apart by `key`. */
export const listBy = <T extends TSchema>(description: string, items: T, key: string) =>
  Type.Array(items, { description, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] });

/** A list that is replaced whole. */
export const atomicList = <T extends TSchema>(description: string, items: T) =>
  Type.Array(items, { description, 'x-kubernetes-list-type': 'atomic' });

/** meta/v1 Condition, in the order in which the operator writes them. */
export const conditions = Type.Optional(
  listBy(
    'Ready is always first.',
    Type.Object({
      type: text('Type of the condition, in CamelCase.'),
      status: oneOf('True, False or Unknown.', ['True', 'False', 'Unknown']),
      reason: text('Why, in one CamelCase word.'),
      message: text('Why, for people.'),
      lastTransitionTime: Type.Optional(time('When the status last changed.')),
      observedGeneration: Type.Optional(int64('The generation that this condition was judged on.')),
    }),
    'type',
  ),
);

/** A key of a Secret in the namespace of the object that names it. */
export const secretKey = (description: string) =>
  Type.Object({ name: text('Name of the Secret.', { minLength: 1 }), key: text('Key in its data.', { minLength: 1 }) }, { description });
