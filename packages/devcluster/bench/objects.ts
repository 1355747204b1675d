/** Objects of the size that a tenant's children have. */
export interface BenchObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
}

export function configMap(name: string, value = 'value') {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { 'kubernetes-tenants.org/tenant': name, app: 'web' }, annotations: { note: 'made by the bench' } },
    data: { url: `https://${name}.example.com`, plan: 'basic', value },
  };
}

function container(image: string) {
  return {
    name: 'main',
    image,
    ports: [{ containerPort: 8080 }],
    env: [{ name: 'PLAN', value: 'basic' }],
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
  };
}

export function deployment(name: string, image = 'example.com/app:1') {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container(image)] } },
    },
  };
}

export function service(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { app: name } },
    spec: { clusterIP: 'None', selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
}

export function pod(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { containers: [container('example.com/app:1')] },
  };
}

export function widget(name: string, size = 3) {
  return {
    apiVersion: 'bench.caretaker.dev/v1',
    kind: 'Widget',
    metadata: { name, labels: { app: name } },
    spec: {
      size,
      host: `${name}.example.com`,
      plan: 'basic',
      limits: { cpu: '100m', memory: '64Mi' },
      parts: [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 2 },
      ],
    },
  };
}

/** The definition of Widget: a structural schema with bounds, a pattern, an enumeration, defaults, a keyed list, a rule in CEL and a status. */
export function widgetDefinition() {
  const text = { type: 'string' };
  const part = {
    type: 'object',
    required: ['name'],
    properties: { name: text, weight: { type: 'integer', minimum: 0 }, mode: { type: 'string', default: 'auto' } },
  };
  const spec = {
    type: 'object',
    required: ['size', 'host'],
    'x-kubernetes-validations': [{ rule: 'self.size >= size(self.parts) || self.size == 0', message: 'too many parts' }],
    properties: {
      size: { type: 'integer', minimum: 0, maximum: 100 },
      host: { type: 'string', maxLength: 253, pattern: '^[a-z0-9.-]+$' },
      plan: { type: 'string', enum: ['basic', 'pro'] },
      mode: { type: 'string', default: 'auto' },
      limits: { type: 'object', additionalProperties: text },
      parts: { type: 'array', maxItems: 10, items: part, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
    },
  };
  const status = { type: 'object', properties: { phase: text, ready: { type: 'integer' } } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.bench.caretaker.dev' },
    spec: {
      group: 'bench.caretaker.dev',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}
