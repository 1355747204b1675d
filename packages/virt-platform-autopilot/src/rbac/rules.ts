import type { LoadedAsset, LoadedCatalog } from '../catalog/load.ts';
import { AutopilotError } from '../errors.ts';

/** rbac/v1 PolicyRule, with the reason for it. */
export interface Rule {
  apiGroups: readonly string[];
  resources: readonly string[];
  verbs: readonly string[];
  resourceNames?: readonly string[];
  why: string;
}

const read = ['get', 'list', 'watch'] as const;
const manage = ['create', 'get', 'list', 'patch', 'update', 'watch'] as const;

/** Kinds that every API server brings, as far as assets may use them. Plurals are facts, never guesses. */
const builtinResources: Readonly<Record<string, string>> = {
  'v1/ConfigMap': 'configmaps',
  'v1/Namespace': 'namespaces',
  'v1/Service': 'services',
  'v1/ServiceAccount': 'serviceaccounts',
  'apps/v1/DaemonSet': 'daemonsets',
  'apps/v1/Deployment': 'deployments',
  'rbac.authorization.k8s.io/v1/ClusterRole': 'clusterroles',
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': 'clusterrolebindings',
  'rbac.authorization.k8s.io/v1/Role': 'roles',
  'rbac.authorization.k8s.io/v1/RoleBinding': 'rolebindings',
};

/** Kinds that give rights: everything but making and watching them is limited to the names of the assets. */
const rightGiving = new Set(['ClusterRole', 'ClusterRoleBinding', 'SecurityContextConstraints']);

/** What a template function reads. */
const readByFunction: Readonly<Record<string, { group: string; resource: string }>> = {
  crdEnum: { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
  crdHasEnum: { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
  prometheusRuleHasRecordingRule: { group: 'monitoring.coreos.com', resource: 'prometheusrules' },
  objectExists: { group: 'monitoring.coreos.com', resource: 'prometheusrules' },
  getConfigMapData: { group: '', resource: 'configmaps' },
  storageProfileRWXClass: { group: 'cdi.kubevirt.io', resource: 'storageprofiles' },
};

/** What the operator itself needs, whatever the catalog holds. */
const fixed: readonly Rule[] = [
  { apiGroups: [''], resources: ['namespaces', 'nodes'], verbs: read, why: 'the facts that assets are rendered from' },
  {
    apiGroups: ['config.openshift.io'],
    resources: ['infrastructures', 'schedulers'],
    verbs: read,
    why: 'the facts that assets are rendered from',
  },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: read, why: 'which kinds come and go' },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'], why: 'events on managed objects, in any namespace' },
];

/** The least that a catalog needs, sorted by group and resource. Throws `CatalogInvalid` for a kind whose plural nobody has told. */
export function rulesOf(catalog: LoadedCatalog): Rule[] {
  const found = new Map<string, Rule>();
  const add = (rule: Rule): void => {
    const key = `${rule.apiGroups.join()}/${rule.resources.join()}${rule.resourceNames === undefined ? '' : ' names'}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, rule);
    else {
      const names = [...new Set([...(known.resourceNames ?? []), ...(rule.resourceNames ?? [])])].sort();
      const verbs = [...new Set([...known.verbs, ...rule.verbs])].sort();
      const why = known.why.split('; ').includes(rule.why) ? known.why : `${known.why}; ${rule.why}`;
      found.set(key, { ...known, verbs, why, ...(names.length === 0 ? {} : { resourceNames: names }) });
    }
  };
  for (const asset of catalog.assets) {
    for (const rule of assetRules(catalog, asset)) add(rule);
    for (const [name, { group, resource }] of Object.entries(readByFunction)) {
      if (asset.isTemplate && new RegExp(`\\b${name}\\b`).test(asset.text)) {
        add({ apiGroups: [group], resources: [resource], verbs: read, why: `looked up by assets (${name})` });
      }
    }
  }
  for (const { ref } of catalog.tombstones) {
    const { group, resource } = resourceOf(catalog, ref.apiVersion, ref.kind);
    add({ apiGroups: [group], resources: [resource], verbs: ['delete', 'get', 'list', 'watch'], why: `tombstone ${ref.name}` });
  }
  const isFixed = (rule: Rule): boolean =>
    fixed.some(
      (one) =>
        one.apiGroups.join() === rule.apiGroups.join() &&
        rule.resources.every((name) => one.resources.includes(name)) &&
        rule.verbs.every((verb) => one.verbs.includes(verb)),
    );
  const made = [...found]
    .filter(([, rule]) => !isFixed(rule))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, rule]) => ({ ...rule, verbs: [...rule.verbs].sort() }));
  return [...fixed, ...made];
}

function assetRules(catalog: LoadedCatalog, asset: LoadedAsset): Rule[] {
  const { apiVersion, kind, name } = asset.head;
  const { group, resource } = resourceOf(catalog, apiVersion, kind);
  const base = { apiGroups: [group], resources: [resource], why: `asset ${asset.entry.name}` };
  if (!rightGiving.has(kind)) return [{ ...base, verbs: manage }];
  if (name === undefined)
    throw new AutopilotError('CatalogInvalid', `assets/${asset.entry.path}: a ${kind} must have its name written out`);
  return [
    { ...base, verbs: ['create', 'list', 'watch'] },
    { ...base, verbs: ['get', 'patch', 'update'], resourceNames: [name] },
  ];
}

function resourceOf(catalog: LoadedCatalog, apiVersion: string, kind: string): { group: string; resource: string } {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const builtin = builtinResources[`${apiVersion}/${kind}`];
  if (builtin !== undefined) return { group, resource: builtin };
  const crd = catalog.catalog.crds.find((entry) => entry.kind === kind && entry.apiVersion.split('/')[0] === group);
  if (crd === undefined) {
    throw new AutopilotError(
      'CatalogInvalid',
      `assets/catalog.yaml: ${kind} of ${apiVersion} is not described under crds (name, apiVersion, kind)`,
    );
  }
  return { group, resource: crd.name.slice(0, crd.name.indexOf('.')) };
}
