import { GoError } from '../errors.ts';
import { Regexp } from '../regex/regexp.ts';
import { comparePrerelease, Version } from './version.ts';

/** Masterminds/semver's constraints. Their patterns run on RE2: they come from templates' data. */

const VERSION =
  'v?([0-9|x|X|\\*]+)(\\.[0-9|x|X|\\*]+)?(\\.[0-9|x|X|\\*]+)?(-([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?(\\+([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?';
const OPERATORS = '=||!=|>|<|>=|=>|<=|=<|~|~>|\\^';

const PATTERN = {
  one: `^\\s*(${OPERATORS})\\s*(${VERSION})\\s*$`,
  range: `\\s*(${VERSION})\\s+-\\s+(${VERSION})\\s*`,
  find: `(${OPERATORS})\\s*(${VERSION})`,
  valid: `^(\\s*(${OPERATORS})\\s*(${VERSION})\\s*)((?:\\s+|,\\s*)(${OPERATORS})\\s*(${VERSION})\\s*)*$`,
} as const;

interface Constraint {
  readonly operator: string;
  readonly version: Version;
  /** Some number is left out or a wildcard; the next two say which. */
  readonly dirty: boolean;
  readonly minorDirty: boolean;
  readonly patchDirty: boolean;
}

function group(s: string, m: readonly number[], i: number): string {
  const start = m[2 * i] ?? -1;
  return start < 0 ? '' : s.slice(start, m[2 * i + 1]);
}

function isWild(text: string): boolean {
  return ['', 'x', 'X', '*', '.x', '.X', '.*'].includes(text);
}

function parseOne(text: string): Constraint {
  const m = Regexp.compile(PATTERN.one).find(text);
  if (m === undefined) throw new GoError(`improper constraint: ${text}`);
  const [major, minor, patch, suffix] = [group(text, m, 3), group(text, m, 4), group(text, m, 5), group(text, m, 6)];
  const level = isWild(major) ? 'major' : isWild(minor) ? 'minor' : isWild(patch) ? 'patch' : 'none';
  const texts = { major: `0.0.0${suffix}`, minor: `${major}.0.0${suffix}`, patch: `${major}${minor}.0${suffix}`, none: group(text, m, 2) };
  try {
    return {
      operator: group(text, m, 1),
      version: Version.parse(texts[level]),
      dirty: level !== 'none',
      minorDirty: level === 'minor',
      patchDirty: level === 'patch',
    };
  } catch (cause) {
    throw cause instanceof GoError ? new GoError('constraint Parser Error') : cause;
  }
}

/** "1.2 - 1.4" is ">= 1.2, <= 1.4". */
function rewriteRanges(text: string): string {
  let out = text;
  for (const m of Regexp.compile(PATTERN.range).findAll(text, -1)) {
    out = out.replace(group(text, m, 0), () => `>= ${group(text, m, 1)}, <= ${group(text, m, 11)} `);
  }
  return out;
}

/** semver.NewConstraint: alternatives of constraints that must all hold. Throws {@link GoError}. */
export function parseConstraint(text: string): Constraint[][] {
  return rewriteRanges(text)
    .split('||')
    .map((part) => {
      if (!Regexp.compile(PATTERN.valid).matches(part)) throw new GoError(`improper constraint: ${part}`);
      return Regexp.compile(PATTERN.find)
        .findAll(part, -1)
        .map((m) => parseOne(group(part, m, 0)));
    });
}

function notEqual(v: Version, c: Constraint): boolean {
  const a = v.parts;
  const b = c.version.parts;
  if (c.dirty) {
    if (a.prerelease !== '' && b.prerelease === '') return false;
    if (a.major !== b.major) return true;
    if (a.minor !== b.minor && !c.minorDirty) return true;
    if (c.minorDirty) return false;
    if (a.patch !== b.patch && !c.patchDirty) return true;
    if (c.patchDirty) return (a.prerelease !== '' || b.prerelease !== '') && comparePrerelease(a.prerelease, b.prerelease) !== 0;
  }
  return v.compare(c.version) !== 0;
}

function greaterThan(v: Version, c: Constraint): boolean {
  const a = v.parts;
  const b = c.version.parts;
  if (!c.dirty) return v.compare(c.version) === 1;
  if (a.major !== b.major) return a.major > b.major;
  if (c.minorDirty) return false;
  if (c.patchDirty) return a.minor > b.minor;
  return v.compare(c.version) === 1;
}

function lessThanEqual(v: Version, c: Constraint): boolean {
  const a = v.parts;
  const b = c.version.parts;
  if (!c.dirty) return v.compare(c.version) <= 0;
  if (a.major > b.major) return false;
  return !(a.major === b.major && a.minor > b.minor && !c.minorDirty);
}

function tilde(v: Version, c: Constraint): boolean {
  const a = v.parts;
  const b = c.version.parts;
  if (v.compare(c.version) < 0) return false;
  if (b.major === 0n && b.minor === 0n && b.patch === 0n && !c.minorDirty && !c.patchDirty) return true;
  return a.major === b.major && (a.minor === b.minor || c.minorDirty);
}

function caret(v: Version, c: Constraint): boolean {
  const a = v.parts;
  const b = c.version.parts;
  if (v.compare(c.version) < 0) return false;
  if (b.major > 0n || c.minorDirty) return a.major === b.major;
  if (a.major > 0n) return false;
  if (b.minor > 0n || c.patchDirty) return a.minor === b.minor;
  return a.minor === 0n && a.patch === b.patch;
}

function holds(v: Version, c: Constraint): boolean {
  if (c.operator === '!=') return notEqual(v, c);
  // A prerelease matches only constraints that name one.
  if (v.parts.prerelease !== '' && c.version.parts.prerelease === '') return false;
  switch (c.operator) {
    case '>':
      return greaterThan(v, c);
    case '<':
      return v.compare(c.version) < 0;
    case '>=':
    case '=>':
      return v.compare(c.version) >= 0;
    case '<=':
    case '=<':
      return lessThanEqual(v, c);
    case '~':
    case '~>':
      return tilde(v, c);
    case '^':
      return caret(v, c);
    default:
      return c.dirty ? tilde(v, c) : v.compare(c.version) === 0;
  }
}

/** Constraints.Check. */
export function satisfies(constraints: readonly (readonly Constraint[])[], v: Version): boolean {
  return constraints.some((all) => all.every((c) => holds(v, c)));
}
