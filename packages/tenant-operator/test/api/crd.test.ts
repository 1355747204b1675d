import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { generate } from '../../generate.ts';
import { InvalidObjectError, parseRegistry, parseTemplate, parseTenant } from '../../src/api/parse.ts';
import { manifests } from '../world/world.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

interface Crd {
  metadata: { name: string };
  spec: {
    names: { plural: string };
    versions: {
      additionalPrinterColumns: { name: string; jsonPath: string; priority?: number }[];
      schema: { openAPIV3Schema: { properties: Record<string, Record<string, unknown>> } };
    }[];
  };
}
const crds = new Map(
  [...generate()]
    .filter(([path]) => path.startsWith('config/crd/'))
    .map(([, text]) => [(parse(text) as Crd).spec.names.plural, parse(text) as Crd]),
);
const version = (plural: string) => {
  const found = crds.get(plural)?.spec.versions[0];
  assert.ok(found);
  return found;
};

test('the files in config/crd and the runtime schemas are those of the definition', () => {
  for (const [path, text] of generate())
    assert.equal(readFileSync(join(root, path), 'utf8'), text, `${path} is stale: run packages/tenant-operator/generate.ts`);
});

test('column 2 of kubectl get tenants is the Ready status, the next one the reason (runbooks 000, 001)', () => {
  const columns = version('tenants').additionalPrinterColumns.filter(({ priority }) => priority === undefined);
  assert.deepEqual(
    columns.map(({ name }) => name),
    ['Ready', 'Reason', 'UID', 'Template', 'Resources', 'Age'],
  );
  assert.equal(columns[0]?.jsonPath, '.status.conditions[?(@.type=="Ready")].status');
});

test('registryId is immutable by the schema itself', () => {
  const spec = version('tenanttemplates').schema.openAPIV3Schema.properties['spec'] as {
    properties: Record<string, Record<string, unknown>>;
  };
  assert.deepEqual(spec.properties['registryId']?.['x-kubernetes-validations'], [
    { rule: 'self == oldSelf', message: 'registryId is immutable: make a new template for another registry' },
  ]);
});

test("trap 4: the Tenant CRD preserves unknown spec fields, so that an ancestor's Tenant loses nothing", () => {
  assert.equal(version('tenants').schema.openAPIV3Schema.properties['spec']?.['x-kubernetes-preserve-unknown-fields'], true);
});

test('every example is read without a fault', () => {
  for (const file of ['registry-sqlite', 'registry-mysql', 'registry-postgresql'])
    for (const object of manifests(`examples/${file}.yaml`)) parseRegistry(object);
  for (const object of manifests('examples/template-web.yaml')) parseTemplate(object);
});

test('defaults of the ancestor are filled in', () => {
  const template = parseTemplate({
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantTemplate',
    metadata: { name: 't' },
    spec: { registryId: 'r', jobs: [{ id: 'j', spec: {} }] },
  });
  const { creationPolicy, deletionPolicy, conflictPolicy, waitForReady, timeoutSeconds, patchStrategy, skipOnDependencyFailure } =
    template.spec.jobs?.[0] ?? {};
  assert.deepEqual(
    [creationPolicy, deletionPolicy, conflictPolicy, waitForReady, timeoutSeconds, patchStrategy, skipOnDependencyFailure],
    ['WhenNeeded', 'Delete', 'Stuck', true, 300, 'apply', true],
  );
});

test('an object that does not fit is refused with each place named', () => {
  const object = {
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantRegistry',
    metadata: { name: 'r', namespace: 'n' },
    spec: {
      source: { type: 'oracle', mysql: { host: '', port: 70_000, username: 'u', database: 'd', table: 't' } },
      valueMappings: { uid: 'u' },
    },
  };
  assert.throws(
    () => parseRegistry(object),
    (error) => {
      assert.ok(error instanceof InvalidObjectError);
      assert.deepEqual(error.faults.map(({ path }) => path).sort(), [
        'spec.source.mysql.host',
        'spec.source.mysql.port',
        'spec.source.type',
        'spec.valueMappings.activate',
      ]);
      return true;
    },
  );
});

test("an ancestor's Tenant with its 16 lists is read", () => {
  const tenant = parseTenant({
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'Tenant',
    metadata: { name: 'a-web', namespace: 'n', uid: 'x' },
    spec: { uid: 'a', templateRef: 'web', deployments: [{ id: 'd', spec: {} }] },
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Reconciled', message: '' }], readyResources: 1 },
  });
  assert.deepEqual([tenant.spec.revision, tenant.status.readyResources], [undefined, 1]);
});
