/** Compares resourceVersions of one resource type: numbers of any length as text (comparable by contract since Kubernetes 1.35). */
export function compareVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
