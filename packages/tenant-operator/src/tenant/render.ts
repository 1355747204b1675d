/** Revision x variables -> what the tenant wants. Pure: texts were parsed when the revision was, values from the database are only ever data. */
import type { DesiredObject, UnrenderedResource } from '@caretaker/engine';
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { isMap } from '../api/schema.ts';
import type { CompiledResource, CompiledTemplate } from '../template/compiled.ts';
import { LeafError, type Node, renderNode, renderText } from '../template/leaf.ts';
import type { TextLanguage } from '../template/text.ts';
import { redact, type TenantVariables } from './variables.ts';

export interface RenderContext {
  /** Where objects without targetNamespace go. */
  namespace: string;
  language: TextLanguage;
  /** Whether a kind lives in namespaces; undefined when the cluster does not have it. */
  namespaced(apiVersion: string, kind: string): boolean | undefined;
  /** Why nothing may be made in a namespace; undefined when it may (DESIGN §10.9). */
  refusal(namespace: string): string | undefined;
}

export interface Rendered {
  desired: readonly DesiredObject[];
  unrendered: readonly UnrenderedResource[];
}

/** What only a server writes; a manifest copied from a cluster has it. */
const serverFields = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
  'selfLink',
]);

const texts = (value: JsonValue | undefined): Record<string, string> => {
  const out: Record<string, string> = {};
  if (isMap(value))
    for (const [name, member] of Object.entries(value)) out[name] = typeof member === 'string' ? member : JSON.stringify(member);
  return out;
};

function merged(
  own: JsonValue | undefined,
  more: readonly (readonly [string, Node])[],
  values: TenantVariables['values'],
): Record<string, string> {
  const out = texts(own);
  for (const [name, node] of more) out[name] = renderText(node, values);
  return out;
}

function metadataOf(
  body: JsonObject,
  compiled: CompiledResource,
  values: TenantVariables['values'],
  context: RenderContext,
): KubeObject['metadata'] {
  const own = isMap(body['metadata']) ? body['metadata'] : {};
  const metadata: JsonObject = {};
  for (const [name, value] of Object.entries(own)) if (!serverFields.has(name)) metadata[name] = value as JsonValue;
  const labels = merged(metadata['labels'], compiled.labels, values);
  const annotations = merged(metadata['annotations'], compiled.annotations, values);
  const name = compiled.name ? renderText(compiled.name, values) : typeof own['name'] === 'string' ? own['name'] : '';
  const cluster = context.namespaced(compiled.apiVersion, compiled.kind) === false;
  const namespace = compiled.namespace ? renderText(compiled.namespace, values) : context.namespace;
  const { namespace: _, labels: __, annotations: ___, ...rest } = metadata;
  return {
    ...rest,
    name,
    ...(cluster ? {} : { namespace: namespace === '' ? context.namespace : namespace }),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}

function renderObject(compiled: CompiledResource, values: TenantVariables['values'], context: RenderContext): KubeObject {
  const body = renderNode(compiled.body, values, context.language);
  if (!isMap(body)) throw new Error('the manifest is no object');
  const { status: _, ...rest } = body as JsonObject;
  return {
    ...rest,
    apiVersion: String(rest['apiVersion'] ?? ''),
    kind: String(rest['kind'] ?? ''),
    metadata: metadataOf(rest, compiled, values, context),
  };
}

/** `deployments[web] spec.replicas line 1: …`: what is wrong, where, what to do. */
function explain(compiled: CompiledResource, error: unknown, variables: TenantVariables): string {
  const where = `${compiled.list}[${compiled.resource.id}]`;
  if (!(error instanceof LeafError)) return redact(`${where}: ${error instanceof Error ? error.message : String(error)}`, variables);
  const { path, line, reason, missing } = error.problem;
  const place = `${where} ${path}${line === undefined ? '' : ` line ${line}`}`;
  if (missing !== undefined)
    return `${place}: variable "${missing}" is missing: map a column to it in extraValueMappings of the registry, or write {{ .${missing} | default "value" }}`;
  return redact(`${place}: ${reason}`, variables);
}

function unrendered(compiled: CompiledResource, reason: string, message: string): UnrenderedResource {
  const { resource, apiVersion, kind } = compiled;
  return {
    id: resource.id,
    apiVersion,
    kind,
    dependIds: resource.dependIds ?? [],
    deletionPolicy: resource.deletionPolicy,
    reason,
    message,
  };
}

function renderResource(
  compiled: CompiledResource,
  variables: TenantVariables,
  context: RenderContext,
): DesiredObject | UnrenderedResource {
  const { resource } = compiled;
  let object: KubeObject;
  try {
    object = renderObject(compiled, variables.values, context);
  } catch (error) {
    return unrendered(compiled, 'TemplateRenderError', explain(compiled, error, variables));
  }
  const { namespace } = object.metadata;
  const target = namespace ?? (object.kind === 'Namespace' && object.apiVersion === 'v1' ? object.metadata.name : undefined);
  const refusal = target === undefined ? undefined : context.refusal(target);
  if (refusal !== undefined) return unrendered(compiled, 'NamespaceRefused', `${compiled.list}[${resource.id}]: ${refusal}`);
  return {
    id: resource.id,
    object,
    dependIds: resource.dependIds ?? [],
    creationPolicy: resource.creationPolicy,
    deletionPolicy: resource.deletionPolicy,
    conflictPolicy: resource.conflictPolicy,
    patchStrategy: resource.patchStrategy,
    ignoreFields: resource.ignoreFields ?? [],
    waitForReady: resource.waitForReady,
    timeoutSeconds: resource.timeoutSeconds,
    skipOnDependencyFailure: resource.skipOnDependencyFailure,
    ...(resource.onImmutable === undefined ? {} : { onImmutable: resource.onImmutable }),
    sensitive: [...compiled.variables].some((name) => variables.secret.has(name)),
  };
}

/** All resources of a tenant. One that cannot be rendered is reported by itself; its neighbours are not affected. */
export function renderTenant(template: CompiledTemplate, variables: TenantVariables, context: RenderContext): Rendered {
  const desired: DesiredObject[] = [];
  const failed: UnrenderedResource[] = [];
  for (const compiled of template.resources) {
    const result = renderResource(compiled, variables, context);
    if ('object' in result) desired.push(result);
    else failed.push(result);
  }
  return { desired, unrendered: failed };
}
