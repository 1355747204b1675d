import type { KubeObject } from '@caretaker/kube';

/** Which of apiVersion, kind, name and namespace an override changed; empty when the object is still the same one. */
export function changedIdentity(before: KubeObject, after: unknown): string[] {
  const changed: string[] = [];
  const member = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (member(after, 'apiVersion') !== before.apiVersion) changed.push('apiVersion');
  if (member(after, 'kind') !== before.kind) changed.push('kind');
  const metadata = member(after, 'metadata');
  if (member(metadata, 'name') !== before.metadata.name) changed.push('metadata.name');
  if (member(metadata, 'namespace') !== before.metadata.namespace) changed.push('metadata.namespace');
  return changed;
}
