import type { GroupVersionKind } from '@caretaker/kube';
import type { LoadedAsset } from '../catalog/load.ts';

/** The API version to apply an asset in: the one in its file, or the first of its other ones that the cluster serves. */
export function servedVersion(asset: LoadedAsset, isServed: (kind: GroupVersionKind) => boolean): string {
  const { apiVersion, kind } = asset.head;
  if (isServed({ apiVersion, kind })) return apiVersion;
  return asset.entry.apiVersions.find((other) => isServed({ apiVersion: other, kind })) ?? apiVersion;
}
