import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TypeInfo } from '../schema/contract.ts';
import type { VirtualResource } from '../server/contract.ts';
import type { ExtensionRegistry } from '../server/extensions.ts';
import type { ResourceCatalog } from '../server/resource-catalog.ts';
import type { GroupDiscovery, ResourceDiscovery, VersionDiscovery } from './documents.ts';
import { compareVersions } from './version-order.ts';

interface BuiltinDiscovery {
  readonly api: { readonly items: readonly GroupDiscovery[] };
  readonly apis: { readonly items: readonly GroupDiscovery[] };
}

let builtin: BuiltinDiscovery | undefined;

function builtinDiscovery(): BuiltinDiscovery {
  builtin ??= JSON.parse(readFileSync(new URL('../generated/discovery.json', import.meta.url), 'utf8')) as BuiltinDiscovery;
  return builtin;
}

/** What the cluster serves, as groups: the recorded document of the built-in ones, then those of definitions and of virtual resources. */
export class Discovery {
  readonly #catalog: ResourceCatalog;
  readonly #extensions: ExtensionRegistry;
  #cache: { key: string; groups: readonly GroupDiscovery[]; etag: string } | undefined;

  constructor(catalog: ResourceCatalog, extensions: ExtensionRegistry) {
    this.#catalog = catalog;
    this.#extensions = extensions;
  }

  core(): GroupDiscovery {
    return builtinDiscovery().api.items[0] ?? { metadata: {}, versions: [] };
  }

  /** Named groups. */
  groups(): readonly GroupDiscovery[] {
    return this.#current().groups;
  }

  /** Changes with the document. */
  etag(core: boolean): string {
    return core ? 'core' : this.#current().etag;
  }

  group(name: string): GroupDiscovery | undefined {
    return this.groups().find((group) => group.metadata.name === name);
  }

  version(group: string, version: string): VersionDiscovery | undefined {
    const found = group === '' ? this.core() : this.group(group);
    return found?.versions.find((each) => each.version === version);
  }

  #current() {
    const key = `${this.#catalog.generation}/${this.#extensions.generation}`;
    if (this.#cache?.key === key) return this.#cache;
    const groups = [...builtinDiscovery().apis.items, ...this.#customGroups()];
    const etag = createHash('sha256').update(JSON.stringify(groups)).digest('hex').slice(0, 32).toUpperCase();
    this.#cache = { key, groups, etag };
    return this.#cache;
  }

  #customGroups(): GroupDiscovery[] {
    const groups = new Map<string, Map<string, ResourceDiscovery[]>>();
    const add = (group: string, version: string, resource: ResourceDiscovery) => {
      const versions = groups.get(group) ?? new Map<string, ResourceDiscovery[]>();
      versions.set(version, [...(versions.get(version) ?? []), resource]);
      groups.set(group, versions);
    };
    for (const type of this.#catalog.all()) if (!type.builtin) add(type.group, type.version, customResource(type));
    for (const resource of this.#extensions.virtuals()) add(resource.group, resource.version, virtualResource(resource));
    return [...groups].map(([name, versions]) => ({
      metadata: { name },
      versions: [...versions]
        .sort(([left], [right]) => compareVersions(left, right))
        .map(([version, resources]) => ({
          version,
          resources: resources.sort((left, right) => (left.resource < right.resource ? -1 : 1)),
          freshness: 'Current' as const,
        })),
    }));
  }
}

function customResource(type: TypeInfo): ResourceDiscovery {
  const subresources = [...type.subresources.values()].map((sub) => ({
    subresource: sub.name,
    responseKind: { group: sub.group, version: sub.version, kind: sub.kind },
    verbs: sub.verbs,
  }));
  return {
    resource: type.plural,
    responseKind: { group: type.group, version: type.version, kind: type.kind },
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
    ...(type.categories.length > 0 ? { categories: type.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

function virtualResource(resource: VirtualResource): ResourceDiscovery {
  return {
    resource: resource.plural,
    responseKind: { group: resource.group, version: resource.version, kind: resource.kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: ['get', 'list'],
    ...(resource.shortNames === undefined ? {} : { shortNames: resource.shortNames }),
  };
}
