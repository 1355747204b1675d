/** Every name that is contract: annotations, labels, field manager, objects (DESIGN §8, runbook VirtPlatformSyncFailed). */

const prefix = 'platform.kubevirt.io';

export const fieldManager = 'virt-platform-autopilot';
export const operatorName = 'virt-platform-autopilot';
export const defaultNamespace = 'openshift-cnv';

export const managedByLabel = `${prefix}/managed-by`;
export const managedByValue = 'virt-platform-autopilot';

/** Annotations on the HyperConverged. */
export const hyperConvergedAnnotations = {
  autopilot: `${prefix}/autopilot`,
  disabledResources: `${prefix}/disabled-resources`,
} as const;

/** Annotations on a managed object. */
export const objectAnnotations = {
  mode: `${prefix}/mode`,
  patch: `${prefix}/patch`,
  ignoreFields: `${prefix}/ignore-fields`,
  paused: `${prefix}/reconcile-paused`,
  forceReconcile: `${prefix}/force-reconcile`,
  appliedHash: `${prefix}/applied-hash`,
} as const;

export const unmanagedMode = 'unmanaged';

/** Whether the autopilot reads this annotation; all others are not kept in memory. */
export function isOwnAnnotation(name: string): boolean {
  return name.startsWith(`${prefix}/`);
}

export const hyperConverged = {
  group: 'hco.kubevirt.io',
  kind: 'HyperConverged',
  name: 'kubevirt-hyperconverged',
  /** In order of preference; the first one that the cluster serves is used. */
  apiVersions: ['hco.kubevirt.io/v1', 'hco.kubevirt.io/v1beta1'],
  /** The asset that manages it. */
  asset: 'hco-golden-config',
} as const;

/** Lease of the leader election. */
export const leaseName = 'virt-platform-autopilot.kubevirt.io';
