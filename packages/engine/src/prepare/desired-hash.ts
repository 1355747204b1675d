import { createHmac } from 'node:crypto';
import { canonicalJson } from '../json/canonical.ts';

/**
 * What the applied-hash annotation holds: 32 hex digits of an HMAC over the object as wanted. Keyed, because the hash of a Secret with few
 * possible values would give it away to anybody who may read annotations (DESIGN §10.8); bound to address and owner, so that a copy of the
 * annotation on another object proves nothing.
 */
export function desiredHash(key: Uint8Array, ownerUid: string, objectKey: string, desired: unknown): string {
  const text = canonicalJson([ownerUid, objectKey, desired]);
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}
