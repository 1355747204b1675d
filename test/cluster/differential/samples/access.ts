/** Who may do what. */
import { cluster, named, type Sample } from './sample.ts';

export const ACCESS_SAMPLES: readonly Sample[] = [
  named('rbac.authorization.k8s.io/v1', 'roles', 'Role', {
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'], resourceNames: ['a'] },
      { apiGroups: ['apps'], resources: ['*'], verbs: ['*'] },
    ],
  }),
  named('rbac.authorization.k8s.io/v1', 'rolebindings', 'RoleBinding', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
    subjects: [
      { kind: 'ServiceAccount', name: 'a', namespace: 'b' },
      { kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' },
    ],
  }),
  cluster('rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', {
    rules: [
      { nonResourceURLs: ['/healthz'], verbs: ['get'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
    ],
  }),
  cluster(
    'rbac.authorization.k8s.io/v1',
    'clusterroles',
    'ClusterRole',
    { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'example.com/{{namespace}}': 'x' } }] }, rules: [] },
    'gathered-sample-{{namespace}}',
  ),
  cluster('rbac.authorization.k8s.io/v1', 'clusterrolebindings', 'ClusterRoleBinding', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'none-such' },
    subjects: [
      { kind: 'ServiceAccount', name: 'a', namespace: 'b' },
      { kind: 'Group', name: 'g', apiGroup: 'rbac.authorization.k8s.io' },
    ],
  }),
  cluster('certificates.k8s.io/v1', 'certificatesigningrequests', 'CertificateSigningRequest', {
    spec: {
      request:
        'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1JR0FBZ0VBTUI0eERUQUxCZ05WQkFvTUJHUmxkbk14RFRBTEJnTlZCQU1NQkdwaGJtVXdXVEFUQmdjcQpoa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVFBblRHSjAzaVRJUzBJRUFUcXNIVTRNVU0yeTAxUG5Wa1lOT2RMCjdrQkViQmRNV2IwTzRzcVdQYy9VZDBVRHRQQkd2SVFvODJHL2k0c0Urd2Q5U0hEam9BQXdDZ1lJS29aSXpqMEUKQXdJRFJ3QXdSQUlnWVIyaHZTWTMzRVNwa2EvZmxoaUpHd2RmZm9zSU9rUVhaeExndDNCa04yRUNJQ2RUL0wvVQprYWNOM1lBWEE1YWtOdkVpV2UxUlQrR3VmMzFDaHd5a0pnbW4KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==',
      signerName: 'example.com/signer',
      usages: ['client auth', 'digital signature'],
      expirationSeconds: 3600,
    },
  }),
];
