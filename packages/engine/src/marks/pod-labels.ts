import type { KubeObject } from '@caretaker/kube';
import { dig, digList, isRecord } from '../json/value.ts';

/** Where a workload kind keeps its pod template. Kinds by group, since a CRD may be called `Job` too. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  '/ReplicationController': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
};

export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

export function groupKind(object: { apiVersion: string; kind: string }): string {
  return `${groupOf(object.apiVersion)}/${object.kind}`;
}

export function hasPodTemplate(object: { apiVersion: string; kind: string }): boolean {
  return templatePaths[groupKind(object)] !== undefined;
}

/** Labels of the pod template, or undefined when the kind has none. */
export function podTemplateLabels(object: KubeObject): Record<string, unknown> | undefined {
  const path = templatePaths[groupKind(object)];
  if (!path) return undefined;
  const labels = dig(object, ...path, 'metadata', 'labels');
  return isRecord(labels) ? labels : {};
}

/** Adds labels to the pod template, in place. Never to the selector: that is immutable and must not depend on us. */
export function addPodLabels(object: KubeObject, labels: Readonly<Record<string, string>>): void {
  const path = templatePaths[groupKind(object)];
  if (!path) return;
  addLabels(dig(object, ...path), labels);
}

/** Adds labels to the claim templates of a StatefulSet, in place. Only at creation: the field is immutable. */
export function addClaimLabels(object: KubeObject, labels: Readonly<Record<string, string>>): void {
  if (groupKind(object) !== 'apps/StatefulSet') return;
  const templates = dig(object, 'spec', 'volumeClaimTemplates');
  if (Array.isArray(templates)) for (const template of templates) addLabels(template, labels);
}

/** Whether every claim template carries these labels; undefined when the object has none. */
export function claimsCarry(object: KubeObject, names: readonly string[]): boolean | undefined {
  if (groupKind(object) !== 'apps/StatefulSet') return undefined;
  const templates = digList(object, 'spec', 'volumeClaimTemplates');
  if (templates.length === 0) return undefined;
  return templates.every((template) => names.every((name) => dig(template, 'metadata', 'labels', name) !== undefined));
}

function addLabels(template: unknown, labels: Readonly<Record<string, string>>): void {
  if (!isRecord(template)) return;
  const metadata = isRecord(template['metadata']) ? template['metadata'] : {};
  const own = isRecord(metadata['labels']) ? metadata['labels'] : {};
  template['metadata'] = { ...metadata, labels: { ...own, ...labels } };
}
