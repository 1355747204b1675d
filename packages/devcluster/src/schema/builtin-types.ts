/** The built-in kinds of a kube-apiserver 1.36, from its discovery document and the generated type table. */
import { readFileSync } from 'node:fs';
import { builtinSchema } from './builtin-schema.ts';
import { builtinStrategy } from './builtin-strategies.ts';
import type { ScalePaths, SubresourceInfo, TypeInfo } from './contract.ts';
import { typeTable } from './type-table.ts';

interface DiscoveryKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface DiscoveryResource {
  readonly resource: string;
  readonly responseKind: DiscoveryKind;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly singularResource: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources?: readonly {
    readonly subresource: string;
    readonly responseKind?: DiscoveryKind;
    readonly verbs: readonly string[];
  }[];
}

interface DiscoveryGroup {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources: readonly DiscoveryResource[] }[];
}

interface DiscoveryDocument {
  readonly api: { readonly items: readonly DiscoveryGroup[] };
  readonly apis: { readonly items: readonly DiscoveryGroup[] };
}

const SCALE: ScalePaths = { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', selector: '.status.selector' };

const DEPRECATIONS: Readonly<Record<string, string>> = {
  '/v1/Endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  '/v1/ComponentStatus': 'v1 ComponentStatus is deprecated in v1.19+',
};

function subresourceOf(type: DiscoveryKind, entry: NonNullable<DiscoveryResource['subresources']>[number]): SubresourceInfo {
  const kind = entry.responseKind;
  return {
    name: entry.subresource,
    verbs: entry.verbs,
    // an empty version means the version of the resource itself
    group: kind === undefined || kind.version === '' ? type.group : kind.group,
    version: kind === undefined || kind.version === '' ? type.version : kind.version,
    kind: kind?.kind ?? type.kind,
  };
}

function typeOf(group: string, version: string, entry: DiscoveryResource, goTypes: ReadonlyMap<string, string>): TypeInfo | undefined {
  const kind = entry.responseKind.kind;
  const goType = goTypes.get(`${group}/${version}/${kind}`);
  if (goType === undefined) return undefined;
  const self = { group, version, kind };
  const subresources = new Map((entry.subresources ?? []).map((one) => [one.subresource, subresourceOf(self, one)]));
  const deprecation = DEPRECATIONS[`${group}/${version}/${kind}`];
  return {
    ...self,
    listKind: `${kind}List`,
    plural: entry.resource,
    singular: entry.singularResource,
    shortNames: entry.shortNames ?? [],
    categories: entry.categories ?? [],
    namespaced: entry.scope === 'Namespaced',
    verbs: entry.verbs,
    subresources,
    builtin: true,
    virtual: !entry.verbs.includes('get'),
    schema: builtinSchema(goType),
    goType,
    strategy: builtinStrategy(group, kind, subresources.has('status')),
    ...(subresources.has('scale') ? { scale: SCALE } : {}),
    ...(deprecation === undefined ? {} : { deprecationWarning: deprecation }),
  };
}

let types: readonly TypeInfo[] | undefined;

/** All built-in kinds that the server serves, in the order of discovery. */
export function builtinTypes(): readonly TypeInfo[] {
  types ??= readTypes();
  return types;
}

function readTypes(): TypeInfo[] {
  const document = JSON.parse(readFileSync(new URL('../generated/discovery.json', import.meta.url), 'utf8')) as DiscoveryDocument;
  const goTypes = new Map(typeTable().kinds.map((row) => [`${row.Group}/${row.Version}/${row.Kind}`, row.Type]));
  const found: TypeInfo[] = [];
  for (const group of [...document.api.items, ...document.apis.items]) {
    for (const version of group.versions) {
      for (const entry of version.resources) {
        const type = typeOf(group.metadata.name ?? '', version.version, entry, goTypes);
        if (type !== undefined) found.push(type);
      }
    }
  }
  return found;
}

const virtualTypes = new Map<string, TypeInfo>();

/**
 * Kinds that are only bodies of subresources (Scale, Eviction, TokenRequest, Binding, DeleteOptions), so that they can be decoded like any other.
 * Undefined when the table has no such kind.
 */
export function bodyType(group: string, version: string, kind: string): TypeInfo | undefined {
  const key = `${group}/${version}/${kind}`;
  const known = virtualTypes.get(key);
  if (known !== undefined) return known;
  const row = typeTable().kinds.find((one) => one.Group === group && one.Version === version && one.Kind === kind);
  if (row === undefined) return undefined;
  const type: TypeInfo = {
    group,
    version,
    kind,
    listKind: '',
    plural: '',
    singular: '',
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: ['create'],
    subresources: new Map(),
    builtin: true,
    virtual: true,
    schema: builtinSchema(row.Type),
    goType: row.Type,
    strategy: builtinStrategy(group, kind, false),
  };
  virtualTypes.set(key, type);
  return type;
}
