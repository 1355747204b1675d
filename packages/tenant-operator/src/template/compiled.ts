/** A template's resources, compiled: parsed once per revision, rendered for every tenant. */

import { listNames } from '../api/lists.ts';
import { isMap } from '../api/schema.ts';
import type { ListName, TemplateResource, TemplateSpec, TenantSpec } from '../api/types.ts';
import { compileNode, type LeafProblem, type Node, textsOf } from './leaf.ts';
import type { TextLanguage } from './text.ts';

export interface CompiledResource {
  list: ListName;
  resource: TemplateResource;
  apiVersion: string;
  kind: string;
  name: Node | undefined;
  namespace: Node | undefined;
  labels: readonly (readonly [string, Node])[];
  annotations: readonly (readonly [string, Node])[];
  body: Node;
  /** First names of the variables that its texts read. */
  variables: ReadonlySet<string>;
}

/** A text of a resource that is no template. */
export interface ResourceProblem extends LeafProblem {
  list: ListName;
  id: string;
}

export interface CompiledTemplate {
  resources: readonly CompiledResource[];
  problems: readonly ResourceProblem[];
  /** `spec.resources` of a Tenant. */
  index: NonNullable<TenantSpec['resources']>;
}

/** All resources, in the order of the lists. */
export function* resourcesOf(spec: TemplateSpec): Iterable<{ list: ListName; resource: TemplateResource }> {
  for (const list of listNames) for (const resource of spec[list] ?? []) yield { list, resource };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function compileResource(list: ListName, resource: TemplateResource, language: TextLanguage, problems: LeafProblem[]): CompiledResource {
  const leaf = (text: string, path: string) => compileNode(text, { path, names: ['metadata', 'name'] }, language, problems);
  const leaves = (texts: Record<string, string> | undefined, path: string) =>
    Object.entries(texts ?? {}).map(([key, text]) => [key, leaf(text, `${path}[${key}]`)] as const);
  const name =
    resource.nameTemplate === undefined || resource.nameTemplate === '' ? undefined : leaf(resource.nameTemplate, 'nameTemplate');
  const namespace =
    resource.targetNamespace === undefined || resource.targetNamespace === ''
      ? undefined
      : leaf(resource.targetNamespace, 'targetNamespace');
  const labels = leaves(resource.labelsTemplate, 'labelsTemplate');
  const annotations = leaves(resource.annotationsTemplate, 'annotationsTemplate');
  const body = compileNode(resource.spec, { path: '', names: [] }, language, problems);
  const nodes = [name, namespace, ...labels.map(([, node]) => node), ...annotations.map(([, node]) => node), body];
  const variables = new Set<string>();
  for (const node of nodes)
    if (node) for (const { template } of textsOf(node)) for (const variable of template.variables()) variables.add(variable);
  return {
    list,
    resource,
    apiVersion: textOf(resource.spec['apiVersion']),
    kind: textOf(resource.spec['kind']),
    name,
    namespace,
    labels,
    annotations,
    body,
    variables,
  };
}

/** Compiles every text of a template. Faults are collected, not thrown. */
export function compileTemplate(spec: TemplateSpec, language: TextLanguage): CompiledTemplate {
  const resources: CompiledResource[] = [];
  const problems: ResourceProblem[] = [];
  for (const { list, resource } of resourcesOf(spec)) {
    const found: LeafProblem[] = [];
    resources.push(compileResource(list, resource, language, found));
    for (const problem of found) problems.push({ list, id: resource.id, ...problem });
  }
  return {
    resources,
    problems,
    index: resources.map(({ resource, apiVersion, kind }) => ({
      id: resource.id,
      apiVersion,
      kind,
      dependIds: resource.dependIds ?? [],
      timeoutSeconds: resource.timeoutSeconds,
    })),
  };
}

/** Whether a resource is a Secret, so that its body is kept out of the revision (DESIGN §10.8). */
export const isSecretResource = (list: ListName, resource: TemplateResource): boolean =>
  list === 'secrets' || (isMap(resource.spec) && resource.spec['kind'] === 'Secret' && resource.spec['apiVersion'] === 'v1');
