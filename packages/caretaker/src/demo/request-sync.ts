import { connect } from './connect.ts';
import { sample, tenantGroup } from './names.ts';

/** Asks the sample's registry for a sync now, as the runbooks do, so that the person need not wait for the interval. */
export async function requestSync(kubeconfig: string, say: (line: string) => void): Promise<void> {
  const connection = await connect(kubeconfig);
  try {
    await connection.client.patch(
      { apiVersion: tenantGroup, kind: 'TenantRegistry', namespace: sample.namespace, name: sample.registry },
      { type: 'merge', body: { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/sync': new Date().toISOString() } } } },
    );
    say(`asked TenantRegistry ${sample.registry} to sync now; watch it: kubectl get tenants -n ${sample.namespace} -w`);
  } finally {
    await connection.close();
  }
}
