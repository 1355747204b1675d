/** A kubeconfig for one user of one server. */
export function kubeconfigText(
  server: { url: string; caPem: string },
  token: string,
  names: { cluster: string; user: string } = { cluster: 'devcluster', user: 'admin' },
): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: ${names.cluster}
  cluster:
    server: ${server.url}
    certificate-authority-data: ${Buffer.from(server.caPem).toString('base64')}
users:
- name: ${names.user}
  user:
    token: ${token}
contexts:
- name: ${names.cluster}
  context:
    cluster: ${names.cluster}
    user: ${names.user}
current-context: ${names.cluster}
`;
}
