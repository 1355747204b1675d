/** What calls cost, by the function that they name. A call that is not here costs 1. */
import type { Expression } from '../ast.ts';
import type { Overload } from '../library.ts';
import { BYTES, type CelType, STRING, showType } from '../types.ts';
import { exactly, plus, type Range, scaled, times, UNKNOWN } from './range.ts';

/** A target or an argument. */
export interface Operand {
  readonly expression: Expression;
  readonly type: CelType;
  readonly size: Range;
  /** The size of its items, when it is a list of texts. */
  readonly itemSize: Range;
}

export interface CallCost {
  readonly cost: Range;
  readonly size?: Range;
}

const TEXT = 0.1;
const PATTERN = 0.25;

type Estimate = (target: Operand | undefined, args: readonly Operand[], overload: Overload) => CallCost | undefined;

const fixed =
  (cost: number): Estimate =>
  () => ({ cost: exactly(cost) });

const ofTarget: Estimate = (target) => (target === undefined ? undefined : { cost: scaled(target.size, TEXT), size: target.size });
const ofArgument =
  (factor: number, sized = false): Estimate =>
  (_target, [arg]) =>
    arg === undefined ? undefined : { cost: scaled(arg.size, factor), ...(sized ? { size: arg.size } : {}) };

const isText = (type: CelType): boolean => type === STRING || type === BYTES;

/** One comparison per item, and reading the items where they are texts. */
const perItem: Estimate = (target) => {
  if (target === undefined) return undefined;
  if (target.type.kind !== 'list') return { cost: scaled(target.size, TEXT) };
  const each = isText(target.type.of) ? plus(exactly(1), scaled(target.itemSize, TEXT)) : exactly(1);
  return { cost: times(target.size, each) };
};

const matching = (text: Operand | undefined, pattern: Operand | undefined): Range =>
  times(scaled(plus(text?.size ?? UNKNOWN, exactly(1)), TEXT), scaled(pattern?.size ?? UNKNOWN, PATTERN));

const finding: Estimate = (target, [pattern]) =>
  target === undefined ? undefined : { cost: matching(target, pattern), size: { min: 0, max: target.size.max } };

/** The whole number that an argument is written as. */
const written = (operand: Operand | undefined, otherwise: number): number => {
  const expression = operand?.expression;
  return expression?.kind === 'literal' && typeof expression.value === 'bigint' ? Number(expression.value) : otherwise;
};

const splitting: Estimate = (target, args) => {
  if (target === undefined) return undefined;
  const max = written(args[1], target.size.max);
  return { cost: scaled(target.size, 2 * TEXT), size: { min: 0, max } };
};

const joining: Estimate = (target, [separator]) => {
  if (target === undefined) return undefined;
  const less = (count: number): number => Math.max(0, count - 1);
  const gaps = { min: less(target.size.min), max: less(target.size.max) };
  const texts = times(target.size, target.itemSize);
  const size = separator === undefined ? texts : plus(texts, times(separator.size, gaps));
  return { cost: scaled(size, TEXT), size };
};

/** The result is longest when the shortest matches become the longest texts. */
const replacing: Estimate = (target, [from, to]) => {
  if (target === undefined || from === undefined || to === undefined) return undefined;
  const { size } = target;
  const longest =
    from.size.min === 0
      ? [size.max + 1, size.max]
      : to.size.max <= from.size.min
        ? [0, size.max]
        : [Math.ceil(size.max / from.size.min), 0];
  const shortest =
    from.size.max === 0
      ? [size.min + 1, size.min]
      : from.size.max <= to.size.min
        ? [0, size.min]
        : [Math.ceil(size.min / from.size.max), 0];
  const counts = { min: shortest[0] ?? 0, max: longest[0] ?? 0 };
  const kept = { min: shortest[1] ?? 0, max: longest[1] ?? 0 };
  return { cost: scaled(size, 2 * TEXT), size: plus(times(counts, to.size), kept) };
};

const ADDRESS: Range = { min: 4, max: 16 };

function containing(extra: Range): Estimate {
  return (_target, [arg]) => {
    const cost = plus(scaled(plus(ADDRESS, ADDRESS), TEXT), extra);
    return { cost: arg !== undefined && arg.type === STRING ? plus(cost, scaled(arg.size, TEXT)) : cost };
  };
}

const sets =
  (factor: number): Estimate =>
  (_target, [a, b]) => ({ cost: plus(exactly(1), scaled(times(a?.size ?? UNKNOWN, b?.size ?? UNKNOWN), factor)) });

/** A new list of a size, and so much work per item of another. */
const allocating = (factor: number, size: Range): CallCost => ({ cost: plus(exactly(11), scaled(size, factor)), size });

const starts: Estimate = (_target, [arg]) => ({ cost: scaled(arg?.size ?? UNKNOWN, TEXT) });

const ESTIMATES: Readonly<Record<string, Estimate>> = {
  ...Object.fromEntries(
    'serviceAccount path group resource subresource namespace name allowed reason error errored masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch getScheme getHostname getHost getPort getEscapedPath getQuery'
      .split(' ')
      .map((name) => [name, fixed(1)]),
  ),
  check: fixed(350_000),
  ...Object.fromEntries('isSorted sum max min indexOf lastIndexOf'.split(' ').map((name) => [name, perItem])),
  url: ofArgument(TEXT, true),
  'jsonpatch.escapeKey': ofArgument(TEXT, true),
  ...Object.fromEntries('lowerAscii upperAscii substring trim'.split(' ').map((name) => [name, ofTarget])),
  replace: replacing,
  split: splitting,
  join: joining,
  find: finding,
  findAll: finding,
  ...Object.fromEntries('cidr isIP isCIDR quantity isQuantity semver isSemver'.split(' ').map((name) => [name, ofArgument(TEXT)])),
  ip: (target, args, overload) => (target === undefined ? ofArgument(TEXT)(target, args, overload) : { cost: exactly(1) }),
  'ip.isCanonical': ofArgument(2 * TEXT),
  containsIP: containing(exactly(0)),
  containsCIDR: containing(plus(scaled(ADDRESS, TEXT), exactly(1))),
  validate: (_target, [arg]) => ({ cost: scaled(scaled(arg?.size ?? UNKNOWN, TEXT), 128 * PATTERN) }),
  startsWith: starts,
  endsWith: starts,
  '@in': (_target, [, list]) => (list?.type.kind === 'list' ? { cost: list.size } : undefined),
  matches: (target, args) => ({ cost: target === undefined ? exactly(1) : matching(target, args[0]) }),
  contains: (target, [part]) => ({ cost: times(scaled(target?.size ?? UNKNOWN, TEXT), scaled(part?.size ?? UNKNOWN, TEXT)) }),
  format: (target) => ({ cost: scaled(target?.size ?? UNKNOWN, TEXT) }),
  'strings.quote': (_target, [arg]) => ({
    cost: scaled(arg?.size ?? UNKNOWN, TEXT),
    size: { min: (arg?.size.min ?? 0) + 2, max: (arg?.size.max ?? 0) * 2 + 2 },
  }),
  reverse: (target) => (target === undefined ? undefined : allocating(1, target.size)),
  flatten: (target, [depth]) =>
    target === undefined ? undefined : allocating(depth === undefined ? 1 : written(depth, Number.POSITIVE_INFINITY), target.size),
  distinct: (target) => (target === undefined ? undefined : allocating(2, times(target.size, target.size))),
  sort: (target) => {
    if (target === undefined) return undefined;
    const texts = target.type.kind === 'list' && isText(target.type.of);
    return allocating(texts ? 2 + TEXT : 2, times(target.size, target.size));
  },
  slice: (target, [start, end]) =>
    target === undefined ? undefined : allocating(1, exactly(Math.max(0, written(end, target.size.max) - written(start, 0)))),
  'lists.range': (_target, [count]) => allocating(1, exactly(written(count, Number.POSITIVE_INFINITY))),
  'sets.contains': sets(1),
  'sets.intersects': sets(1),
  'sets.equivalent': sets(2),
  '_+_': (_target, [a, b], { result }) => {
    const size = plus(a?.size ?? UNKNOWN, b?.size ?? UNKNOWN);
    if (result.kind === 'list') return { cost: exactly(1), size };
    return isText(result) ? { cost: scaled(size, TEXT), size } : undefined;
  },
  bytes: (_target, [arg], { params }) =>
    params[0] === STRING && arg !== undefined
      ? { cost: scaled(arg.size, TEXT), size: { min: arg.size.min, max: arg.size.max * 4 } }
      : undefined,
  string: (_target, [arg], { params }) =>
    params[0] === BYTES && arg !== undefined
      ? { cost: scaled(arg.size, TEXT), size: { min: arg.size.min / 4, max: arg.size.max } }
      : undefined,
};

/** Comparing reads the shorter of two. */
function comparing([a, b]: readonly Operand[]): CallCost {
  const max = Math.min(a?.size.max ?? 0, b?.size.max ?? 0);
  return { cost: scaled({ min: max > 0 ? 1 : 0, max }, TEXT) };
}

const CONSTANT = new Set(['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver']);

/** Without the costs of the arguments themselves. */
export function callCost(name: string, overload: Overload, target: Operand | undefined, args: readonly Operand[]): CallCost {
  const known = Object.hasOwn(ESTIMATES, name) ? ESTIMATES[name]?.(target, args, overload) : undefined;
  if (known !== undefined) return known;
  if (name === '_==_' || name === '_!=_') {
    const [a, b] = args;
    if (name === '_==_' && a !== undefined && b !== undefined && CONSTANT.has(showType(a.type)) && showType(a.type) === showType(b.type))
      return { cost: exactly(1) };
    return comparing(args);
  }
  const compares = name === '_<_' || name === '_<=_' || name === '_>_' || name === '_>=_';
  if (compares && isText(overload.params[0] ?? overload.result)) return comparing(args);
  return { cost: exactly(1) };
}
