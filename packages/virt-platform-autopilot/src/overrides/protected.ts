/**
 * What a user's override must not reach (reference §4 with its hole closed): identity, status, ownership and the label by which the
 * autopilot knows its objects. The rule covers the path, everything below it, and every ancestor of it up to the whole document.
 */
export const protectedPaths: readonly string[] = [
  '/apiVersion',
  '/kind',
  '/metadata/name',
  '/metadata/namespace',
  '/metadata/managedFields',
  '/metadata/ownerReferences',
  '/metadata/finalizers',
  '/metadata/uid',
  '/metadata/resourceVersion',
  '/metadata/generateName',
  '/metadata/labels/platform.kubevirt.io~1managed-by',
  '/status',
];

/** Kinds with which a patch could take over nodes or rights; no patch is taken on them. */
export const sensitiveKinds: ReadonlySet<string> = new Set([
  'MachineConfig',
  'KubeletConfig',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ServiceAccount',
  'PodSecurityPolicy',
  'SecurityContextConstraints',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
]);
