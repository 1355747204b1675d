/** Names of the sample that the demo applies from examples/, and of what it installs from config/. */
export const sample = { namespace: 'tenants', registry: 'acme-saas', template: 'web' } as const;

export const operator = {
  namespace: 'tenant-operator-system',
  deployment: 'tenant-operator-controller-manager',
  container: 'manager',
} as const;

export const tenantGroup = 'operator.kubernetes-tenants.org/v1';

export const autopilot = {
  namespace: 'openshift-cnv',
  deployment: 'virt-platform-autopilot',
  metricsService: 'virt-platform-autopilot-metrics',
} as const;
