import type { KubeObject, ObjectMeta, Random } from '@caretaker/kube';
import { badRequest } from '../answers/status-reasons.ts';
import { type ApiCore, timeText } from '../core.ts';
import type { WriteRequest } from '../write-request.ts';

const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const MAX_GENERATED_BASE = 58;

/** Sets or checks the object's namespace against the path's. Throws 400. */
export function matchNamespace(object: KubeObject, namespace: string): void {
  const own = object.metadata.namespace ?? '';
  if (own === namespace) return;
  if (own === '') object.metadata.namespace = namespace;
  else if (namespace === '') delete object.metadata.namespace;
  else throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** PUT and PATCH: name and namespace of the object are those of the path. Throws 400. */
export function matchName(object: KubeObject, name: string, namespace: string): void {
  const own = object.metadata.name ?? '';
  if (own === '') throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (own !== name) throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  matchNamespace(object, namespace);
}

export function generateName(random: Random, base: string): string {
  let suffix = '';
  for (let count = 0; count < 5; count += 1) suffix += NAME_ALPHABET.charAt(Math.floor(random.next() * NAME_ALPHABET.length));
  return `${base.slice(0, MAX_GENERATED_BASE)}${suffix}`;
}

/** A random (version 4) UUID from the injected randomness. */
export function newUid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Drops what the client may not say of a new object, and gives it its name: so mutating webhooks are shown it. */
export function nameNewObject(core: ApiCore, request: WriteRequest, object: KubeObject): void {
  const { metadata } = object;
  delete metadata.uid;
  delete metadata.creationTimestamp;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  Reflect.deleteProperty(metadata, 'selfLink');
  if (!metadata.name && metadata.generateName) metadata.name = generateName(core.random, metadata.generateName);
  matchNamespace(object, request.namespace);
}

/** What the server decides about a new object, whatever a webhook says. */
export function fillSystemMeta(core: ApiCore, { metadata }: KubeObject): void {
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  metadata.uid = newUid(core.random);
  metadata.creationTimestamp = timeText(core.clock.now());
}

const KEPT_WHEN_ABSENT = ['uid', 'deletionGracePeriodSeconds'] as const satisfies readonly (keyof ObjectMeta)[];

/** What an update cannot change and need not repeat. */
export function carrySystemMeta(next: KubeObject, live: KubeObject): void {
  const { metadata } = next;
  for (const key of KEPT_WHEN_ABSENT) {
    const value = live.metadata[key];
    if ((metadata[key] === undefined || metadata[key] === '') && value !== undefined) Object.assign(metadata, { [key]: value });
  }
  // Once an object is being deleted, another time of deletion is ignored and not refused.
  if (live.metadata.deletionTimestamp !== undefined) metadata.deletionTimestamp = live.metadata.deletionTimestamp;
  if (live.metadata.creationTimestamp !== undefined) metadata.creationTimestamp = live.metadata.creationTimestamp;
  Reflect.deleteProperty(metadata, 'selfLink');
}
