// A devcluster that a suite takes for a control plane: the same kubeconfigs, the same audit log.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startDevCluster, workloadControllers } from '@caretaker/devcluster';
import { type AuditEntry, type ControlPlane, kubectlEnvironment } from './control-plane.ts';

const run = promisify(execFile);
const OPERATOR = { username: 'operator', groups: ['operators', 'system:authenticated'] };
const OPERATORS = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'test-operators' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'operators' }],
};

/** With all workload controllers; pods become Running and Ready at once, as KWOK's do. */
export async function startDevPlane(): Promise<ControlPlane> {
  const directory = mkdtempSync(join(tmpdir(), 'caretaker-devplane-'));
  const log: AuditEntry[] = [];
  const running = await startDevCluster({
    tokens: [{ token: 'operator-token', user: OPERATOR }],
    controllers: (cluster) => workloadControllers(cluster),
    audit: ({ user, attributes, request, status }) => {
      const query = request.query.toString();
      const requestURI = `${request.path}${query === '' ? '' : `?${query}`}`;
      log.push({ verb: attributes.verb, requestURI, user: user.username, code: status, at: Date.now() });
    },
  });
  await running.cluster.api().create(OPERATORS);
  const kubeconfig = join(directory, 'kubeconfig');
  const operatorKubeconfig = join(directory, 'operator.kubeconfig');
  const caFile = join(directory, 'ca.crt');
  writeFileSync(kubeconfig, running.kubeconfigText, { mode: 0o600 });
  writeFileSync(operatorKubeconfig, running.kubeconfigText.replace(running.adminToken, 'operator-token'), { mode: 0o600 });
  writeFileSync(caFile, running.caPem);
  return {
    url: running.url,
    kubeconfig,
    operatorKubeconfig,
    caFile,
    directory,
    audit: () => log,
    kubectl: async (...args) =>
      (await run('kubectl', ['--kubeconfig', kubeconfig, ...args], { env: kubectlEnvironment(), maxBuffer: 256 << 20 })).stdout,
    stop: async () => {
      await running.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
