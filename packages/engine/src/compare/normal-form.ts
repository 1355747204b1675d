/**
 * Values that the API server writes in another form than they were sent, in a form that can be compared. Only where the field's name says
 * what kind of value it is: a ConfigMap's `1000m` is text and stays text.
 */
export function sameScalar(desired: unknown, live: unknown, path: readonly string[]): boolean {
  if (desired === live) return true;
  if (isQuantityField(path)) {
    const a = quantity(desired);
    return a !== undefined && a === quantity(live);
  }
  if (isDurationField(path) && typeof desired === 'string' && typeof live === 'string') {
    const a = duration(desired);
    return a !== undefined && a === duration(live);
  }
  return false;
}

const quantityParents = new Set([
  'limits',
  'requests',
  'hard',
  'capacity',
  'default',
  'defaultRequest',
  'max',
  'min',
  'overhead',
  'podFixed',
]);
const quantityNames = new Set(['sizeLimit', 'divisor', 'averageValue']);
const freeText = new Set(['data', 'stringData', 'annotations', 'labels', 'matchLabels', 'env', 'args', 'command']);

function isQuantityField(path: readonly string[]): boolean {
  if (path.some((name) => freeText.has(name))) return false;
  return quantityNames.has(path.at(-1) ?? '') || quantityParents.has(path.at(-2) ?? '');
}

function isDurationField(path: readonly string[]): boolean {
  if (path.some((name) => freeText.has(name))) return false;
  return /(duration|interval|timeout|period|delay|window|ttl|lifetime)$/i.test(path.at(-1) ?? '');
}

const suffixes: Readonly<Record<string, [base: bigint, exponent: number]>> = {
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  '': [10n, 0],
  k: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
};

/** A Kubernetes quantity in billionths, exact; undefined when it is none. */
export function quantity(value: unknown): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/.exec(String(value));
  if (!match || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
  const [, sign, whole = '', fraction = '', power, suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const [base, exponent] = power === undefined ? (suffixes[suffix] ?? [10n, 0]) : [10n, Number(power)];
  const digits = BigInt(`${whole}${fraction}` || '0');
  let scaled = digits * 10n ** 9n;
  scaled = exponent >= 0 ? scaled * base ** BigInt(exponent) : ceilDivide(scaled, base ** BigInt(-exponent));
  scaled = ceilDivide(scaled, 10n ** BigInt(fraction.length));
  return sign === '-' ? -scaled : scaled;
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

const units: Readonly<Record<string, number>> = {
  h: 3_600_000_000_000,
  m: 60_000_000_000,
  s: 1_000_000_000,
  ms: 1_000_000,
  us: 1_000,
  µs: 1_000,
  ns: 1,
};

/** A Go duration in nanoseconds; undefined when it is none. */
export function duration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^[+-]?(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)) total += Number(amount) * (units[unit ?? ''] ?? 0);
  return text.startsWith('-') ? -total : total;
}
