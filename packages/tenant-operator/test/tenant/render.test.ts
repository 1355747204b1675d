import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { annotations, apiVersion } from '../../src/api/names.ts';
import { parseTenant } from '../../src/api/parse.ts';
import type { Tenant } from '../../src/api/types.ts';
import { goText } from '../../src/template/go-text.ts';
import { refusalOf } from '../../src/tenant/namespaces.ts';
import { type RenderContext, renderTenant } from '../../src/tenant/render.ts';
import { variablesOf } from '../../src/tenant/variables.ts';
import { compiled, configMap } from '../template/fixtures.ts';

const clusterKinds = new Set(['Namespace']);
const context: RenderContext = {
  namespace: 'tenants',
  language: goText,
  namespaced: (_, kind) => !clusterKinds.has(kind),
  refusal: refusalOf({ own: ['tenant-operator-system'], allowed: ['kube-extra'] }),
};

const tenant = (
  variables: Record<string, string> = {},
  over: { annotations?: Record<string, string>; controlled?: boolean } = {},
): Tenant =>
  parseTenant({
    apiVersion,
    kind: 'Tenant',
    metadata: {
      name: 'acme-web',
      namespace: 'tenants',
      uid: 't-1',
      ...(over.annotations ? { annotations: over.annotations } : {}),
      ...(over.controlled === true
        ? { ownerReferences: [{ apiVersion, kind: 'TenantRegistry', name: 'r', uid: 'r-1', controller: true }] }
        : {}),
    },
    spec: {
      uid: 'acme',
      templateRef: 'web',
      revision: 'web-1',
      variables: { hostOrUrl: 'https://acme.example.com/x', activate: '1', ...variables },
    },
  });

const render = (spec: Record<string, unknown>, variables: Record<string, string> = {}, secrets: Record<string, string> = {}) =>
  renderTenant(compiled(spec), variablesOf(tenant(variables), 'acme-saas', secrets), context);
const objectOf = (spec: Record<string, unknown>, variables: Record<string, string> = {}) => {
  const { desired, unrendered } = render(spec, variables);
  assert.deepEqual(unrendered, []);
  const [first] = desired;
  assert.ok(first);
  return first.object;
};
const dataOf = (data: Record<string, unknown>, variables: Record<string, string> = {}) =>
  objectOf({ configMaps: [configMap('a', data)] }, variables)['data'];
const messageOf = (spec: Record<string, unknown>, variables: Record<string, string> = {}, secrets: Record<string, string> = {}) =>
  render(spec, variables, secrets).unrendered.map(({ message }) => message);

test('name, namespace, labels and annotations come from their templates; those of the body stay', () => {
  const object = objectOf(
    {
      configMaps: [
        {
          ...configMap('a'),
          targetNamespace: 'ns-{{ .uid }}',
          labelsTemplate: { plan: '{{ .plan }}' },
          annotationsTemplate: { host: '{{ .host }}' },
          spec: {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { labels: { own: '{{ .uid }}' }, annotations: { note: 'kept' }, resourceVersion: '7', uid: 'x' },
          },
        },
      ],
    },
    { plan: 'pro' },
  );
  assert.deepEqual(object, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'acme-a',
      namespace: 'ns-acme',
      labels: { own: 'acme', plan: 'pro' },
      annotations: { note: 'kept', host: 'acme.example.com' },
    },
  });
});

test('without nameTemplate the name of the manifest is rendered', () => {
  const object = objectOf({ manifests: [{ id: 'm', spec: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x-{{ .uid }}' } } }] });
  assert.deepEqual(object.metadata, { name: 'x-acme', namespace: 'tenants' });
});

test('a cluster-scoped object gets no namespace', () => {
  const object = objectOf({ namespaces: [{ id: 'n', nameTemplate: 'ns-{{ .uid }}', spec: { apiVersion: 'v1', kind: 'Namespace' } }] });
  assert.deepEqual(object.metadata, { name: 'ns-acme' });
});

test('int, float and bool type the whole value', () => {
  const object = objectOf(
    {
      deployments: [
        {
          id: 'web',
          nameTemplate: 'web',
          spec: {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            spec: {
              replicas: '{{ .replicas | int }}',
              paused: '{{ bool .off }}',
              ratio: '{{ float .ratio }}',
              memory: '{{ int .replicas }}Gi',
              plain: '{{ .replicas }}',
            },
          },
        },
      ],
    },
    { replicas: '3', off: 'no', ratio: '0.5' },
  );
  assert.deepEqual(object['spec'], { replicas: 3, paused: false, ratio: 0.5, memory: '3Gi', plain: '3' });
});

test('where the API takes text, a typed value is text: data, labels, annotations, arguments, env', () => {
  const container = {
    name: 'c',
    args: ['{{ int .replicas }}'],
    command: ['{{ int .replicas }}'],
    env: [{ name: 'N', value: '{{ int .replicas }}' }],
  };
  const object = objectOf(
    {
      deployments: [
        {
          id: 'w',
          nameTemplate: 'w',
          spec: {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { labels: { n: '{{ int .replicas }}' } },
            spec: { template: { metadata: { annotations: { n: '{{ int .replicas }}' } }, spec: { containers: [container] } } },
          },
        },
      ],
    },
    { replicas: '3' },
  );
  assert.ok(!/[^"]3[^"]/.test(JSON.stringify(object)), JSON.stringify(object));
  assert.deepEqual(dataOf({ n: '{{ int .replicas }}' }, { replicas: '3' }), { n: '3' });
});

test('text from the database is never parsed as a template', () => {
  assert.deepEqual(dataOf({ x: '{{ .plan }}' }, { plan: '{{ .uid }} {{ env "HOME" }}' }), { x: '{{ .uid }} {{ env "HOME" }}' });
});

test('text from the database comes out as it is, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (plan) => {
      assert.deepEqual(dataOf({ x: 'a{{ .plan }}b' }, { plan }), { x: `a${plan}b` });
    }),
  );
});

test('functions that reach the environment or the network do not exist', () => {
  for (const name of ['env "HOME"', 'expandenv "$HOME"', 'getHostByName "localhost"'])
    assert.match(compiled({ configMaps: [configMap('a', { x: `{{ ${name} }}` })] }).problems[0]?.reason ?? '', /not defined/);
});

test('bad input: a missing variable is named with resource, field, line and what to do', () => {
  assert.deepEqual(messageOf({ configMaps: [configMap('a', { x: 'one\ntwo {{ .nosuch }}' })] }), [
    'configMaps[a] data.x line 2: variable "nosuch" is missing: map a column to it in extraValueMappings of the registry, or write {{ .nosuch | default "value" }}',
  ]);
});

test('default, coalesce, if and with accept a missing variable (runbook RegistryManyTenantsFailure)', () => {
  const data = {
    a: '{{ .nosuch | default "value" }}',
    b: '{{ coalesce .nosuch .uid }}',
    c: '{{ if .nosuch }}x{{ else }}y{{ end }}',
    d: '{{ with .nosuch }}x{{ end }}',
  };
  assert.deepEqual(dataOf(data), { a: 'value', b: 'acme', c: 'y', d: '' });
});

test('a resource that cannot be rendered does not keep its neighbours', () => {
  const { desired, unrendered } = render({ configMaps: [configMap('bad', { x: '{{ .nosuch }}' }), configMap('good')] });
  assert.deepEqual(
    [desired.map(({ id }) => id), unrendered.map(({ id, reason }) => [id, reason])],
    [['good'], [['bad', 'TemplateRenderError']]],
  );
});

test('trap 9: protected namespaces are refused, also when a row names them; a flag allows one', () => {
  const spec = { configMaps: [configMap('a', {}, { targetNamespace: '{{ .ns }}' })] };
  assert.deepEqual(messageOf(spec, { ns: 'kube-system' }), [
    'configMaps[a]: namespace kube-system is protected: choose another targetNamespace, or start the operator with --allow-target-namespace=kube-system',
  ]);
  assert.equal(render(spec, { ns: 'tenant-operator-system' }).unrendered[0]?.reason, 'NamespaceRefused');
  assert.equal(render(spec, { ns: 'openshift-config' }).unrendered[0]?.reason, 'NamespaceRefused');
  assert.deepEqual(render(spec, { ns: 'kube-extra' }).unrendered, []);
  assert.equal(
    render({ namespaces: [{ id: 'n', nameTemplate: '{{ .ns }}', spec: { apiVersion: 'v1', kind: 'Namespace' } }] }, { ns: 'kube-public' })
      .unrendered[0]?.reason,
    'NamespaceRefused',
  );
});

test('trap 8: resources that read a secret variable are marked, and no message holds its value', () => {
  const { desired } = render({ configMaps: [configMap('a', { p: '{{ .dbPassword }}' }), configMap('b')] }, {}, { dbPassword: 'hunter2' });
  assert.deepEqual(
    desired.map(({ id, sensitive }) => [id, sensitive]),
    [
      ['a', true],
      ['b', false],
    ],
  );
  const [message] = messageOf({ configMaps: [configMap('a', { p: '{{ fail .dbPassword }}' })] }, {}, { dbPassword: 'hunter2' });
  assert.ok(message !== undefined && !message.includes('hunter2') && message.includes('<redacted>'), message);
});

test('trap 15: uid and host annotations override a Tenant without controller, and host sets hostOrUrl too', () => {
  const notes = { [annotations.uid]: 'test-123', [annotations.host]: 'test.example.com' };
  const free = variablesOf(tenant({}, { annotations: notes }), 'r', {}).values;
  assert.deepEqual([free['uid'], free['host'], free['hostOrUrl']], ['test-123', 'test.example.com', 'test.example.com']);
  const made = variablesOf(tenant({}, { annotations: notes, controlled: true }), 'r', {}).values;
  assert.deepEqual([made['uid'], made['host'], made['hostOrUrl']], ['acme', 'acme.example.com', 'https://acme.example.com/x']);
});

test('variables of the row may shadow built-in ones; registryId and templateRef are there', () => {
  const { values } = variablesOf(tenant({ host: 'own.example.com' }), 'acme-saas', {});
  assert.deepEqual([values['host'], values['registryId'], values['templateRef']], ['own.example.com', 'acme-saas', 'web']);
});

test('rendering never changes what tenants share', () => {
  const template = compiled({ configMaps: [configMap('a', { x: '{{ .uid }}', shared: 'same' }, { labelsTemplate: { t: '{{ .uid }}' } })] });
  const first = renderTenant(template, variablesOf(tenant(), 'r', {}), context);
  const before = JSON.stringify(first);
  renderTenant(template, variablesOf(tenant({ plan: 'other' }), 'r', {}), context);
  assert.equal(JSON.stringify(first), before);
});
