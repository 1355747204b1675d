/** Writes a status as one merge patch of what differs, guarded by uid; no request when nothing differs. */
import type { GroupVersionKind, JsonObject, KubeClient, KubeObject } from '@caretaker/kube';
import type { StoredMeta } from '../api/types.ts';
import { mergeDiff } from '../json/merge-diff.ts';
import { toJsonObject } from '../json/to-json.ts';

interface Target {
  metadata: StoredMeta;
  status: object;
}

/** The patch, or undefined. */
export const statusPatch = (present: object, wanted: object): JsonObject | undefined =>
  mergeDiff(toJsonObject(present), toJsonObject(wanted));

/** @returns the object after the write, or undefined when nothing differed. @throws ApiError, TransportError */
export async function writeStatus(
  client: KubeClient,
  kind: GroupVersionKind,
  target: Target,
  wanted: object,
  signal?: AbortSignal,
): Promise<KubeObject | undefined> {
  const patch = statusPatch(target.status, wanted);
  if (!patch) return undefined;
  const { name, namespace, uid } = target.metadata;
  return client.patch(
    { ...kind, namespace, name },
    { type: 'merge', body: { metadata: { uid }, status: patch } },
    { subresource: 'status', ...(signal ? { signal } : {}) },
  );
}
