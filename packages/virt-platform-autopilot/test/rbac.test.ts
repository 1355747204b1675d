import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { loadCatalog } from '../src/catalog/load.ts';
import { shippedAssets } from '../src/command/flags.ts';
import { clusterRole } from '../src/rbac/manifest.ts';
import { type Rule, rulesOf } from '../src/rbac/rules.ts';

const catalog = loadCatalog(shippedAssets);
const rules = rulesOf(catalog);

function allows(list: readonly Rule[], verb: string, group: string, resource: string, name?: string): boolean {
  return list.some(
    (rule) =>
      rule.apiGroups.includes(group) &&
      rule.resources.includes(resource) &&
      rule.verbs.includes(verb) &&
      (rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name))),
  );
}

test('R-11: every managed resource can be created, read, patched and updated, by its real plural', () => {
  const resources: [string, string][] = [
    ['', 'services'],
    ['hco.kubevirt.io', 'hyperconvergeds'],
    ['machineconfiguration.openshift.io', 'machineconfigs'],
    ['machineconfiguration.openshift.io', 'kubeletconfigs'],
    ['operator.openshift.io', 'kubedeschedulers'],
    ['monitoring.coreos.com', 'prometheusrules'],
    ['monitoring.coreos.com', 'servicemonitors'],
    ['observability.openshift.io', 'uiplugins'],
    ['perses.dev', 'persesdashboards'],
    ['metallb.io', 'metallbs'],
    ['forklift.konveyor.io', 'forkliftcontrollers'],
  ];
  for (const [group, resource] of resources) {
    for (const verb of ['create', 'get', 'list', 'patch', 'update', 'watch'])
      assert.ok(allows(rules, verb, group, resource), `${verb} ${resource}.${group}`);
  }
});

test('R-11: delete only where a tombstone needs it; inputs are only read; nothing may escalate', () => {
  assert.deepEqual(
    rules
      .filter((rule) => rule.verbs.includes('delete'))
      .map((rule) => rule.resources[0])
      .sort(),
    ['nodehealthchecks', 'uiplugins'],
  );
  for (const resource of ['nodes', 'namespaces']) assert.ok(allows(rules, 'watch', '', resource) && !allows(rules, 'patch', '', resource));
  assert.ok(!allows(rules, 'update', 'apiextensions.k8s.io', 'customresourcedefinitions'));
  const verbs = new Set(rules.flatMap((rule) => rule.verbs));
  for (const verb of ['escalate', 'bind', 'impersonate', '*', 'deletecollection']) assert.ok(!verbs.has(verb), verb);
  assert.ok(!allows(rules, 'get', '', 'secrets'));
});

test('R-11: kinds that give rights are limited to the names of their assets', () => {
  const [first] = catalog.assets;
  assert.ok(first);
  const asset = {
    ...first,
    head: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'exporter', namespace: undefined },
    text: '',
    isTemplate: false,
  };
  const made = rulesOf({ ...catalog, assets: [asset], tombstones: [] });
  assert.ok(allows(made, 'list', 'rbac.authorization.k8s.io', 'clusterroles'), 'informers list without a name');
  assert.ok(allows(made, 'patch', 'rbac.authorization.k8s.io', 'clusterroles', 'exporter'));
  assert.ok(!allows(made, 'patch', 'rbac.authorization.k8s.io', 'clusterroles', 'cluster-admin'));
});

test('R-11: a kind whose plural nobody told is an error, not a guess', () => {
  const [first] = catalog.assets;
  assert.ok(first);
  const asset = { ...first, head: { ...first.head, apiVersion: 'example.com/v1', kind: 'Policy' } };
  assert.throws(() => rulesOf({ ...catalog, assets: [asset] }), /Policy of example.com\/v1 is not described under crds/);
});

test('R-11: the manifest is deterministic and holds exactly the rules', () => {
  const text = clusterRole(rules);
  assert.equal(text, clusterRole(rulesOf(catalog)));
  const parsed: unknown = parse(text);
  assert.deepEqual(
    Reflect.get(Object(parsed), 'rules'),
    rules.map(({ why: _, ...rule }) => rule),
  );
});
