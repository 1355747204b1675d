/** v10 before v2 before v11beta2 before v10beta3 before v3beta1 before v12alpha1 before foo: the order of versions in discovery. */
const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const STAGES: Readonly<Record<string, number>> = { '': 3, beta: 2, alpha: 1 };

function parts(version: string): readonly [number, number, number] | undefined {
  const match = VERSION.exec(version);
  if (match === null) return undefined;
  return [STAGES[match[2] ?? ''] ?? 0, Number(match[1]), Number(match[3] ?? 0)];
}

/** Negative when `a` comes first. */
export function compareVersions(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  if (left === undefined || right === undefined) {
    if (left !== undefined) return -1;
    if (right !== undefined) return 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  for (let i = 0; i < 3; i++) {
    const difference = (right[i] ?? 0) - (left[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
