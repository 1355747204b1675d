import { createHash } from 'node:crypto';

/** Tells clients when the stored version of a resource changes: the first 8 bytes of the SHA-256 of `group/version/kind`, in base64. */
export function storageVersionHash(group: string, version: string, kind: string): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
}
