/** Objects of the size that a tenant's children have. */
export function configMap(name: string, value = 'value') {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { 'kubernetes-tenants.org/tenant': name, app: 'web' }, annotations: { note: 'made by the bench' } },
    data: { url: `https://${name}.example.com`, plan: 'basic', value },
  };
}

export function deployment(name: string) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: 'main',
              image: 'example.com/app:1',
              ports: [{ containerPort: 8080 }],
              env: [{ name: 'PLAN', value: 'basic' }],
              resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
            },
          ],
        },
      },
    },
  };
}
