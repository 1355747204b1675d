/**
 * Whether `seen` is `wanted` or newer. Resource versions of one kind are comparable as whole numbers of any size (KEP-5504); what is no number
 * is comparable for equality only.
 */
export function atLeast(seen: string | undefined, wanted: string): boolean {
  if (seen === undefined) return false;
  if (seen === wanted) return true;
  if (!isNumber(seen) || !isNumber(wanted)) return false;
  return seen.length === wanted.length ? seen > wanted : seen.length > wanted.length;
}

/** The newer of two. Of one that is no number and one that is, or of two that are none, the second. */
export function newer(a: string | undefined, b: string): string {
  return a !== undefined && atLeast(a, b) ? a : b;
}

function isNumber(version: string): boolean {
  return /^[1-9][0-9]*$/.test(version);
}
