/** What is wrong with a template, said so that its author can mend it. Pure. */
import { isMap } from '../api/schema.ts';
import type { RegistrySpec, TemplateSpec } from '../api/types.ts';
import { type CompiledTemplate, resourcesOf } from './compiled.ts';

export type TemplateFaultReason = 'DuplicateResourceIDs' | 'DependencyValidationFailed' | 'TemplateSyntax' | 'ManifestIncomplete';

export interface TemplateFault {
  reason: TemplateFaultReason;
  message: string;
}

const quoted = (id: string): string => JSON.stringify(id);

function duplicateIds(spec: TemplateSpec): TemplateFault[] {
  const lists = new Map<string, string[]>();
  for (const { list, resource } of resourcesOf(spec)) lists.set(resource.id, [...(lists.get(resource.id) ?? []), list]);
  return [...lists]
    .filter(([, where]) => where.length > 1)
    .map(([id, where]) => ({
      reason: 'DuplicateResourceIDs',
      message: `id ${quoted(id)} is used ${where.length} times (${where.join(', ')}): give each resource an id of its own`,
    }));
}

function unknownDependencies(spec: TemplateSpec): TemplateFault[] {
  const ids = new Set([...resourcesOf(spec)].map(({ resource }) => resource.id));
  return [...resourcesOf(spec)].flatMap(({ list, resource }) =>
    (resource.dependIds ?? [])
      .filter((id) => !ids.has(id))
      .map((id) => ({
        reason: 'DependencyValidationFailed' as const,
        message: `${list}[${resource.id}].dependIds names ${quoted(id)}, which no resource of the template has: correct the id or take it out (ids: ${[...ids].sort().join(', ')})`,
      })),
  );
}

/** A cycle as a path, `a -> b -> a`; the one with the smallest beginning. */
function cycle(spec: TemplateSpec): TemplateFault[] {
  const edges = new Map([...resourcesOf(spec)].map(({ resource }) => [resource.id, resource.dependIds ?? []]));
  const done = new Set<string>();
  const walk = (id: string, path: readonly string[]): readonly string[] | undefined => {
    const at = path.indexOf(id);
    if (at >= 0) return [...path.slice(at), id];
    if (done.has(id)) return undefined;
    for (const next of [...(edges.get(id) ?? [])].sort()) {
      const found = walk(next, [...path, id]);
      if (found) return found;
    }
    done.add(id);
    return undefined;
  };
  for (const id of [...edges.keys()].sort()) {
    const found = walk(id, []);
    if (found)
      return [
        {
          reason: 'DependencyValidationFailed',
          message: `dependIds form a cycle: ${found.join(' -> ')}: take one of these dependencies out`,
        },
      ];
  }
  return [];
}

function incompleteManifests(spec: TemplateSpec): TemplateFault[] {
  return [...resourcesOf(spec)].flatMap(({ list, resource }) => {
    const missing = (['apiVersion', 'kind'] as const).filter(
      (field) => typeof resource.spec[field] !== 'string' || resource.spec[field] === '',
    );
    const metadata = resource.spec['metadata'];
    const named =
      (resource.nameTemplate ?? '') !== '' || (isMap(metadata) && typeof metadata['name'] === 'string' && metadata['name'] !== '');
    return [
      ...missing.map((field) => ({
        reason: 'ManifestIncomplete' as const,
        message: `${list}[${resource.id}].spec.${field} is missing: the manifest must say what it is`,
      })),
      ...(named
        ? []
        : [
            {
              reason: 'ManifestIncomplete' as const,
              message: `${list}[${resource.id}] has no name: set nameTemplate or spec.metadata.name`,
            },
          ]),
    ];
  });
}

/** Faults that keep a template from being published. Empty: it is valid. */
export function validateTemplate(spec: TemplateSpec, compiled: CompiledTemplate): TemplateFault[] {
  const syntax = compiled.problems.map(({ list, id, path, line, reason }) => ({
    reason: 'TemplateSyntax' as const,
    message: `${list}[${id}] ${path}${line === undefined ? '' : ` line ${line}`}: ${reason}`,
  }));
  return [...duplicateIds(spec), ...unknownDependencies(spec), ...cycle(spec), ...incompleteManifests(spec), ...syntax];
}

/** Variables that every tenant has. */
export const builtInVariables: readonly string[] = ['uid', 'hostOrUrl', 'host', 'activate', 'registryId', 'templateRef'];

/** Variables that the template can read and that no mapping of the registry fills; an author may mean it (`default`), so it is only told. */
export function unmappedVariables(compiled: CompiledTemplate, registry: RegistrySpec): { variable: string; id: string }[] {
  const known = new Set([
    ...builtInVariables,
    ...Object.keys(registry.extraValueMappings ?? {}),
    ...Object.keys(registry.secretValueMappings ?? {}),
  ]);
  return compiled.resources.flatMap(({ resource, variables }) =>
    [...variables]
      .filter((variable) => !known.has(variable))
      .sort()
      .map((variable) => ({ variable, id: resource.id })),
  );
}
