import type { JsonObject } from '../differential/shapes.ts';
import type { Session } from './session.ts';

/** A story told to both servers. What it returns must be the same. */
export interface Script {
  name: string;
  run(session: Session): Promise<unknown>;
}

/** Nobody schedules these pods: the script itself plays their node. */
export const NOBODY = { schedulerName: 'nobody' };

export function template(labels: Record<string, string>, spec: JsonObject = {}, container: JsonObject = {}): JsonObject {
  return {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'nginx:1', ...container }], ...spec },
  };
}

export function workload(apiVersion: string, kind: string, name: string, spec: JsonObject, pod: JsonObject = {}): JsonObject {
  const labels = { app: name };
  return { apiVersion, kind, metadata: { name }, spec: { selector: { matchLabels: labels }, template: template(labels, pod), ...spec } };
}

export const deployment = (name: string, spec: JsonObject = {}, pod: JsonObject = {}): JsonObject =>
  workload('apps/v1', 'Deployment', name, spec, pod);

export const statefulSet = (name: string, spec: JsonObject = {}, pod: JsonObject = {}): JsonObject =>
  workload('apps/v1', 'StatefulSet', name, { serviceName: name, ...spec }, pod);

export const daemonSet = (name: string, spec: JsonObject = {}, pod: JsonObject = {}): JsonObject =>
  workload('apps/v1', 'DaemonSet', name, spec, pod);

export function job(name: string, spec: JsonObject = {}, pod: JsonObject = {}): JsonObject {
  const podTemplate = template({ app: name }, { restartPolicy: 'Never', ...NOBODY, ...pod });
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template: podTemplate, ...spec } };
}

export function pod(name: string, spec: JsonObject = {}, labels: Record<string, string> = { app: name }): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: template(labels, spec)['spec'] ?? {} };
}

export function status(object: JsonObject): JsonObject {
  return (object['status'] ?? {}) as JsonObject;
}

export function nameOf(object: JsonObject): string {
  return String(((object['metadata'] ?? {}) as JsonObject)['name']);
}

export function annotation(object: JsonObject, name: string): string {
  const annotations = ((object['metadata'] as JsonObject)['annotations'] ?? {}) as JsonObject;
  return String(annotations[name] ?? '');
}

/** Ends a pod that nobody runs. */
export function finish(session: Session, name: string, exitCode: number, more: JsonObject = {}): Promise<JsonObject> {
  const ended = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: '2026-01-01T00:00:01Z',
  };
  return session.patch(`pods/${name}/status`, {
    status: {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      containerStatuses: [{ name: 'main', image: 'nginx:1', imageID: '', ready: false, restartCount: 0, state: { terminated: ended } }],
      ...more,
    },
  });
}
