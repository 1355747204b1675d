/** What a stored definition says of itself. */
import type { JsonObject, KubeObject } from '@caretaker/kube';

export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
export const DEFINITION_CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** The definition as it stands when its deletion is asked for the first time. */
export function beginTermination(definition: KubeObject, now: string): KubeObject {
  const marked = withCondition(definition, {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: now,
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  });
  const finalizers = definition.metadata.finalizers ?? [];
  return {
    ...marked,
    metadata: {
      ...definition.metadata,
      deletionTimestamp: now,
      finalizers: finalizers.includes(DEFINITION_CLEANUP) ? finalizers : [...finalizers, DEFINITION_CLEANUP],
    },
  };
}

export function withCondition(definition: KubeObject, condition: JsonObject): KubeObject {
  const conditions = conditionsOf(definition);
  const others = conditions.filter((each) => each['type'] !== condition['type']);
  return { ...definition, status: { ...record(definition['status']), conditions: [...others, condition] } };
}

function conditionsOf(definition: KubeObject): Record<string, unknown>[] {
  const conditions = record(definition['status'])['conditions'];
  return Array.isArray(conditions) ? conditions.map(record) : [];
}

export function reasonOf(definition: KubeObject, type: string): unknown {
  return conditionsOf(definition).find((condition) => condition['type'] === type)?.['reason'];
}

export function isEstablished(definition: KubeObject): boolean {
  return conditionsOf(definition).some((condition) => condition['type'] === 'Established' && condition['status'] === 'True');
}

export function groupOf(definition: KubeObject): unknown {
  return record(definition['spec'])['group'];
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
