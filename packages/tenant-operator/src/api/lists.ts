/** Closed sets that both the definition and the operator need as values. */

/** The 16 lists of a template, in the order in which resources are numbered. */
export const listNames = [
  'serviceAccounts',
  'deployments',
  'statefulSets',
  'daemonSets',
  'services',
  'ingresses',
  'configMaps',
  'secrets',
  'persistentVolumeClaims',
  'jobs',
  'cronJobs',
  'podDisruptionBudgets',
  'networkPolicies',
  'horizontalPodAutoscalers',
  'namespaces',
  'manifests',
] as const;

/** Where a resource of a tenant can stand. */
export const phases = [
  'Pending',
  'Applying',
  'WaitingForDependency',
  'WaitingForReady',
  'Ready',
  'Failed',
  'Conflicted',
  'Skipped',
  'Retained',
  'TimedOut',
  'Paused',
  'Deleting',
] as const;
