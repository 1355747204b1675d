import { GoError } from '../errors.ts';
import { jsonString } from '../json/encode.ts';
import { compareStrings } from '../text/compare.ts';
import { parseUint64 } from '../text/strconv.ts';
import { GoFunction } from '../value/function.ts';
import { Int, int } from '../value/number.ts';
import { GoObject } from '../value/object.ts';
import type { GoType } from '../value/types.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';

const POINTER: GoType = { kind: 'ptr', name: '*semver.Version' };
const STRUCT: GoType = { kind: 'struct', name: 'semver.Version' };
const UINT64: GoType = T.uint64;

const PATTERN = /^v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(-([0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*))?(\+([0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*))?$/;

function segment(text: string | undefined): bigint {
  const digits = (text ?? '0').replace('.', '');
  const n = parseUint64(digits, 10);
  if (typeof n === 'bigint') return n;
  throw new GoError(`Error parsing version segment: strconv.ParseUint: parsing "${digits}": value out of range`);
}

function checkPrerelease(text: string): void {
  for (const part of text.split('.')) {
    if (/^[0-9]*$/.test(part)) {
      if (part.length > 1 && part.startsWith('0')) throw new GoError('Version segment starts with 0');
    } else if (!/^[0-9A-Za-z-]*$/.test(part)) throw new GoError('Invalid Prerelease string');
  }
}

function checkMetadata(text: string): void {
  for (const part of text.split('.')) if (!/^[0-9A-Za-z-]*$/.test(part)) throw new GoError('Invalid Metadata string');
}

function comparePart(s: string, o: string): number {
  if (s === o) return 0;
  if (s === '') return -1;
  if (o === '') return 1;
  const si = parseUint64(s, 10);
  const oi = parseUint64(o, 10);
  if (typeof si !== 'bigint' && typeof oi !== 'bigint') return compareStrings(s, o) > 0 ? 1 : -1;
  // Numbers come before words.
  if (typeof oi !== 'bigint') return -1;
  if (typeof si !== 'bigint') return 1;
  return si > oi ? 1 : -1;
}

/** Masterminds/semver's comparePrerelease. */
export function comparePrerelease(a: string, b: string): number {
  const sa = a.split('.');
  const sb = b.split('.');
  for (let i = 0; i < Math.max(sa.length, sb.length); i++) {
    const d = comparePart(sa[i] ?? '', sb[i] ?? '');
    if (d !== 0) return d;
  }
  return 0;
}

interface Parts {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
}

/** Masterminds/semver's Version, with the methods that a template may call. */
export class Version extends GoObject {
  readonly type: GoType;
  readonly parts: Parts;
  readonly original: string;

  constructor(parts: Parts, original: string, pointer: boolean) {
    super();
    this.parts = parts;
    this.original = original;
    this.type = pointer ? POINTER : STRUCT;
  }

  /** semver.NewVersion: one to three numbers, perhaps with a v in front. Throws {@link GoError}. */
  static parse(text: string): Version {
    const m = PATTERN.exec(text);
    if (m === null) throw new GoError('Invalid Semantic Version');
    const parts: Parts = {
      major: segment(m[1]),
      minor: segment(m[2]),
      patch: segment(m[3]),
      prerelease: m[5] ?? '',
      metadata: m[8] ?? '',
    };
    checkPrerelease(parts.prerelease);
    checkMetadata(parts.metadata);
    return new Version(parts, text, true);
  }

  compare(other: Version): number {
    const a = this.parts;
    const b = other.parts;
    for (const key of ['major', 'minor', 'patch'] as const) if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1;
    if (a.prerelease === b.prerelease) return 0;
    if (a.prerelease === '') return 1;
    if (b.prerelease === '') return -1;
    return comparePrerelease(a.prerelease, b.prerelease);
  }

  override toText(): string {
    const { major, minor, patch, prerelease, metadata } = this.parts;
    return `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}${metadata === '' ? '' : `+${metadata}`}`;
  }

  override structFields(): readonly (readonly [string, Value])[] {
    const { major, minor, patch, prerelease, metadata } = this.parts;
    const number = (n: bigint): Value => new Int(UINT64, n);
    return [
      ['major', number(major)],
      ['minor', number(minor)],
      ['patch', number(patch)],
      ['pre', prerelease],
      ['metadata', metadata],
      ['original', this.original],
    ];
  }

  override toJsonText(): string {
    return jsonString(this.toText(), true);
  }

  override equals(other: GoObject): boolean {
    if (!(other instanceof Version) || this.type !== other.type) return false;
    // == of pointers; DeepEqual of what they point to is the same for versions parsed from one text.
    return this.toText() === other.toText() && this.original === other.original;
  }

  #with(change: Partial<Parts>): Version {
    const parts = { ...this.parts, ...change };
    const next = new Version(parts, '', false);
    return new Version(parts, (this.original.startsWith('v') ? 'v' : '') + next.toText(), false);
  }

  override method(name: string): GoFunction | undefined {
    const getter = this.#getter(name);
    if (getter !== undefined) return new GoFunction([], false, getter);
    const test = COMPARISONS[name];
    // Those of the pointer cannot be called on the struct that IncMajor and its like give.
    if (test !== undefined && this.type === POINTER) {
      return new GoFunction([POINTER], false, ([other]) => (other instanceof Version ? test(this.compare(other)) : null));
    }
    const set = name === 'SetPrerelease' ? 'prerelease' : name === 'SetMetadata' ? 'metadata' : undefined;
    if (set === undefined) return undefined;
    return new GoFunction([T.string], false, ([text]) => {
      const value = typeof text === 'string' ? text : '';
      if (set === 'prerelease') checkPrerelease(value);
      else checkMetadata(value);
      return this.#with({ [set]: value });
    });
  }

  #getter(name: string): (() => Value) | undefined {
    const { major, minor, patch, prerelease, metadata } = this.parts;
    const none = { prerelease: '', metadata: '' };
    switch (name) {
      case 'Major':
        return () => new Int(UINT64, major);
      case 'Minor':
        return () => new Int(UINT64, minor);
      case 'Patch':
        return () => new Int(UINT64, patch);
      case 'Prerelease':
        return () => prerelease;
      case 'Metadata':
        return () => metadata;
      case 'String':
      case 'Value':
        return () => this.toText();
      case 'Original':
        return this.type === POINTER ? () => this.original : undefined;
      case 'IncPatch':
        return () => this.#with(prerelease === '' ? { ...none, patch: BigInt.asUintN(64, patch + 1n) } : none);
      case 'IncMinor':
        return () => this.#with({ ...none, patch: 0n, minor: BigInt.asUintN(64, minor + 1n) });
      case 'IncMajor':
        return () => this.#with({ ...none, patch: 0n, minor: 0n, major: BigInt.asUintN(64, major + 1n) });
      default:
        return undefined;
    }
  }
}

const COMPARISONS: Readonly<Record<string, (d: number) => Value>> = {
  Compare: (d) => int(d),
  LessThan: (d) => d < 0,
  LessThanEqual: (d) => d <= 0,
  GreaterThan: (d) => d > 0,
  GreaterThanEqual: (d) => d >= 0,
  Equal: (d) => d === 0,
};
