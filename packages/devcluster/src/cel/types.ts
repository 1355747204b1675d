/** Types of CEL, and which may stand for which. */

export type CelType =
  | { readonly kind: 'simple'; readonly name: string }
  | { readonly kind: 'list'; readonly of: CelType }
  | { readonly kind: 'map'; readonly key: CelType; readonly of: CelType }
  | { readonly kind: 'opaque'; readonly name: string; readonly params: readonly CelType[] }
  | { readonly kind: 'object'; readonly name: string; readonly fields: ReadonlyMap<string, CelType>; readonly open: boolean }
  | { readonly kind: 'param'; readonly name: string };

const simple = (name: string): CelType => ({ kind: 'simple', name });

export const DYN = simple('dyn');
export const BOOL = simple('bool');
export const INT = simple('int');
export const UINT = simple('uint');
export const DOUBLE = simple('double');
export const STRING = simple('string');
export const BYTES = simple('bytes');
export const NULL = simple('null');
export const TIMESTAMP = simple('timestamp');
export const DURATION = simple('duration');
export const TYPE = simple('type');
export const ERROR = simple('!error!');

export const listOf = (of: CelType): CelType => ({ kind: 'list', of });
export const mapOf = (key: CelType, of: CelType): CelType => ({ kind: 'map', key, of });
export const optionalOf = (of: CelType): CelType => ({ kind: 'opaque', name: 'optional_type', params: [of] });
export const paramOf = (name: string): CelType => ({ kind: 'param', name });
/** A struct with named fields. An open one takes any field, of a type that nobody knows. */
export const objectOf = (name: string, fields: ReadonlyMap<string, CelType>, open = false): CelType => ({
  kind: 'object',
  name,
  fields,
  open,
});

export const isOptional = (type: CelType): type is Extract<CelType, { kind: 'opaque' }> =>
  type.kind === 'opaque' && type.name === 'optional_type';

/** A type as messages show it. */
export function showType(type: CelType): string {
  switch (type.kind) {
    case 'list':
      return `list(${showType(type.of)})`;
    case 'map':
      return `map(${showType(type.key)}, ${showType(type.of)})`;
    case 'opaque':
      return type.params.length === 0 ? type.name : `${type.name}(${type.params.map(showType).join(', ')})`;
    default:
      return type.name;
  }
}

/** What type parameters stand for, found while calls are resolved. */
export class Bindings {
  #found = new Map<string, CelType>();

  clone(): Bindings {
    const copy = new Bindings();
    copy.#found = new Map(this.#found);
    return copy;
  }

  /** The type with all known parameters put in; unknown ones become dyn when `toDyn`. */
  resolve(type: CelType, toDyn = false): CelType {
    switch (type.kind) {
      case 'param': {
        const found = this.#found.get(type.name);
        if (found !== undefined) return this.resolve(found, toDyn);
        return toDyn ? DYN : type;
      }
      case 'list':
        return listOf(this.resolve(type.of, toDyn));
      case 'map':
        return mapOf(this.resolve(type.key, toDyn), this.resolve(type.of, toDyn));
      case 'opaque':
        return { ...type, params: type.params.map((one) => this.resolve(one, toDyn)) };
      default:
        return type;
    }
  }

  /** Whether a value of `from` may stand where `to` is wanted. Parameters are bound on the way. */
  assign(from: CelType, to: CelType): boolean {
    if (to.kind === 'param') return this.#bind(to.name, from);
    if (from.kind === 'param') return this.#bind(from.name, to);
    if (isAny(from) || isAny(to)) return true;
    if (from === NULL) return to === NULL || isNullable(to);
    if (to === NULL) return isNullable(from);
    switch (from.kind) {
      case 'simple':
        return to.kind === 'simple' && to.name === from.name;
      case 'list':
        return to.kind === 'list' && this.assign(from.of, to.of);
      case 'map':
        return to.kind === 'map' && this.assign(from.key, to.key) && this.assign(from.of, to.of);
      case 'opaque':
        return (
          to.kind === 'opaque' &&
          to.name === from.name &&
          from.params.every((one, i) => to.params[i] !== undefined && this.assign(one, to.params[i]))
        );
      default:
        return to.kind === 'object' && to.name === from.name;
    }
  }

  #bind(name: string, type: CelType): boolean {
    const known = this.#found.get(name);
    if (known !== undefined) {
      if (!this.assign(type, known)) return false;
      // what fits both is the wider one
      if (isAny(type)) this.#found.set(name, type);
      return true;
    }
    const resolved = this.resolve(type);
    if (resolved.kind === 'param' && resolved.name === name) return true;
    if (mentions(resolved, name)) return false;
    this.#found.set(name, resolved);
    return true;
  }
}

const isAny = (type: CelType): boolean => type === DYN || type === ERROR;
const isNullable = (type: CelType): boolean => type.kind === 'object' || type.kind === 'opaque' || type === TIMESTAMP || type === DURATION;

function mentions(type: CelType, name: string): boolean {
  switch (type.kind) {
    case 'param':
      return type.name === name;
    case 'list':
      return mentions(type.of, name);
    case 'map':
      return mentions(type.key, name) || mentions(type.of, name);
    case 'opaque':
      return type.params.some((one) => mentions(one, name));
    default:
      return false;
  }
}
