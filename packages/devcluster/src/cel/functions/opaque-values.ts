/** Value types of the Kubernetes CEL libraries. */
import { parseQuantity } from '../../decode/quantity.ts';
import { CelFault } from '../errors.ts';
import { CelOpaque } from '../values.ts';

const NANOS = 1_000_000_000n;

export class CelQuantity extends CelOpaque {
  readonly celType = 'kubernetes.Quantity';
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    super();
    this.nanos = nanos;
  }

  static parse(text: string): CelQuantity {
    const quantity = parseQuantity(text);
    if (quantity === undefined)
      throw new CelFault("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    return new CelQuantity(quantity.nanos);
  }

  static whole(value: bigint): CelQuantity {
    return new CelQuantity(value * NANOS);
  }

  override equals(other: unknown): boolean {
    return other instanceof CelQuantity && other.nanos === this.nanos;
  }

  compare(other: CelQuantity): bigint {
    return this.nanos < other.nanos ? -1n : this.nanos > other.nanos ? 1n : 0n;
  }

  get isInteger(): boolean {
    return this.nanos % NANOS === 0n && BigInt.asIntN(64, this.nanos / NANOS) === this.nanos / NANOS;
  }

  asInteger(): bigint {
    if (!this.isInteger) throw new CelFault('cannot convert value to integer');
    return this.nanos / NANOS;
  }

  asFloat(): number {
    return Number(this.nanos) / 1e9;
  }
}

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

function normalizedSemver(text: string): string {
  const [numbers = '', ...rest] = text.replace(/^v/, '').split(/(?=[-+])/);
  const parts = numbers.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  while (parts.length < 3) parts.push('0');
  return parts.join('.') + rest.join('');
}

export class CelSemver extends CelOpaque {
  readonly celType = 'kubernetes.Semver';
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly pre: readonly string[];

  constructor(numbers: readonly [bigint, bigint, bigint], pre: readonly string[]) {
    super();
    this.numbers = numbers;
    this.pre = pre;
  }

  static parse(text: string, normalize: boolean): CelSemver {
    const match = SEMVER.exec(normalize ? normalizedSemver(text) : text);
    if (match === null) throw new CelFault('No Major.Minor.Patch elements found');
    const [, major = '0', minor = '0', patch = '0', pre = ''] = match;
    return new CelSemver([BigInt(major), BigInt(minor), BigInt(patch)], pre === '' ? [] : pre.split('.'));
  }

  override equals(other: unknown): boolean {
    return other instanceof CelSemver && this.compare(other) === 0n;
  }

  compare(other: CelSemver): bigint {
    for (const [i, one] of this.numbers.entries()) {
      const two = other.numbers[i] ?? 0n;
      if (one !== two) return one < two ? -1n : 1n;
    }
    if (this.pre.length === 0 || other.pre.length === 0) return BigInt(Math.sign(other.pre.length - this.pre.length));
    for (let i = 0; i < Math.max(this.pre.length, other.pre.length); i++) {
      const order = comparePre(this.pre[i], other.pre[i]);
      if (order !== 0) return BigInt(order);
    }
    return 0n;
  }
}

function comparePre(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const numbers = [a, b].map((one) => /^\d+$/.test(one));
  if (numbers[0] === true && numbers[1] === true) return Math.sign(Number(a) - Number(b));
  if (numbers[0] !== numbers[1]) return numbers[0] === true ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A URL as Go reads it from a request line: absolute, or a path. */
export class CelUrl extends CelOpaque {
  readonly celType = 'kubernetes.URL';
  readonly #parts: RegExpExecArray;

  constructor(parts: RegExpExecArray) {
    super();
    this.#parts = parts;
  }

  static parse(text: string): CelUrl {
    const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?$/.exec(text);
    const absolute = match !== null && (match[1] !== undefined || (match[2] === undefined && text.startsWith('/')));
    if (!absolute || /[\s<>]/.test(text))
      throw new CelFault(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`);
    return new CelUrl(match);
  }

  override equals(other: unknown): boolean {
    return other instanceof CelUrl && other.#parts[0] === this.#parts[0];
  }

  get scheme(): string {
    return this.#parts[1] ?? '';
  }

  get host(): string {
    return (this.#parts[2] ?? '').replace(/^.*@/, '');
  }

  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  }

  get port(): string {
    return /:(\d*)$/.exec(this.host)?.[1] ?? '';
  }

  get escapedPath(): string {
    return this.#parts[3] ?? '';
  }

  get query(): Map<string, string[]> {
    const result = new Map<string, string[]>();
    for (const [key, value] of new URLSearchParams(this.#parts[4] ?? '')) result.set(key, [...(result.get(key) ?? []), value]);
    return result;
  }
}

export class CelFormat extends CelOpaque {
  readonly celType = 'kubernetes.NamedFormat';
  readonly name: string;
  readonly errors: (text: string) => readonly string[];

  constructor(name: string, errors: (text: string) => readonly string[]) {
    super();
    this.name = name;
    this.errors = errors;
  }
}
