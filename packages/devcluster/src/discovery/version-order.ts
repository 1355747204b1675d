const KUBE_VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

/** Order of versions in discovery: v2, v1, v1beta2, v1beta1, v1alpha1, then the others by name. */
export function compareVersions(left: string, right: string): number {
  const leftParts = KUBE_VERSION.exec(left);
  const rightParts = KUBE_VERSION.exec(right);
  if (leftParts === null || rightParts === null) {
    if (leftParts === null && rightParts === null) return left < right ? -1 : left > right ? 1 : 0;
    return leftParts === null ? 1 : -1;
  }
  const rank = (parts: RegExpExecArray): number => (parts[2] === undefined ? 3 : parts[2] === 'beta' ? 2 : 1);
  return (
    rank(rightParts) - rank(leftParts) ||
    Number(rightParts[1]) - Number(leftParts[1]) ||
    Number(rightParts[3] ?? 0) - Number(leftParts[3] ?? 0)
  );
}
