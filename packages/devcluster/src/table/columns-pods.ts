import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { TableColumn } from '../server/contract.ts';
import { AGE, column, NAME, wide } from './column.ts';
import { at, list, number, since, text } from './read-value.ts';

export const POD_COLUMNS: readonly TableColumn[] = [
  NAME,
  column('Ready', (pod) => `${readyContainers(pod)}/${list(pod, 'spec.containers').length}`),
  column('Status', podStatus),
  column('Restarts', restarts),
  AGE,
  wide('IP', (pod) => text(pod, 'status.podIP', '<none>')),
  wide('Node', (pod) => text(pod, 'spec.nodeName', '<none>')),
  wide('Nominated Node', (pod) => text(pod, 'status.nominatedNodeName', '<none>')),
  wide('Readiness Gates', readinessGates),
];

function readyContainers(pod: KubeObject): number {
  return list(pod, 'status.containerStatuses').filter((status) => status['ready'] === true && at(status, 'state.running') !== undefined)
    .length;
}

/** The most telling word: a waiting or terminated container's reason before the phase. */
export function podStatus(pod: KubeObject): string {
  const reason = initStatus(pod) ?? containerStatus(pod);
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (text(pod, 'status.reason') === 'NodeLost') return 'Unknown';
    const phase = text(pod, 'status.phase');
    if (phase !== 'Failed' && phase !== 'Succeeded') return 'Terminating';
  }
  return reason;
}

function baseReason(pod: KubeObject): string {
  const gated = list(pod, 'status.conditions').some(
    (condition) => condition['type'] === 'PodScheduled' && condition['reason'] === 'SchedulingGated',
  );
  return gated ? 'SchedulingGated' : text(pod, 'status.reason') || text(pod, 'status.phase');
}

function initStatus(pod: KubeObject): string | undefined {
  const statuses = list(pod, 'status.initContainerStatuses');
  const total = list(pod, 'spec.initContainers').length;
  for (const [index, status] of statuses.entries()) {
    if (at(status, 'state.terminated.exitCode') === 0) continue;
    if (isSidecar(pod, status) && status['started'] === true) continue;
    const terminated = terminatedReason(status);
    if (terminated !== undefined) return `Init:${terminated}`;
    const waiting = text(status, 'state.waiting.reason');
    if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
    return `Init:${index}/${total}`;
  }
  return undefined;
}

function isSidecar(pod: KubeObject, status: JsonObject): boolean {
  return list(pod, 'spec.initContainers').some(
    (container) => container['name'] === status['name'] && container['restartPolicy'] === 'Always',
  );
}

function containerStatus(pod: KubeObject): string {
  let reason = baseReason(pod);
  let running = false;
  for (const status of [...list(pod, 'status.containerStatuses')].reverse()) {
    const waiting = text(status, 'state.waiting.reason');
    const terminated = terminatedReason(status);
    if (waiting !== '') reason = waiting;
    else if (terminated !== undefined) reason = terminated;
    else if (status['ready'] === true && at(status, 'state.running') !== undefined) running = true;
  }
  if (reason === 'Completed' && running) {
    const ready = list(pod, 'status.conditions').some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');
    return ready ? 'Running' : 'NotReady';
  }
  return reason;
}

function terminatedReason(status: JsonObject): string | undefined {
  if (at(status, 'state.terminated') === undefined) return undefined;
  const reason = text(status, 'state.terminated.reason');
  if (reason !== '') return reason;
  const signal = number(status, 'state.terminated.signal');
  return signal === 0 ? `ExitCode:${number(status, 'state.terminated.exitCode')}` : `Signal:${signal}`;
}

function restarts(pod: KubeObject, now: number): string {
  const statuses = list(pod, 'status.containerStatuses');
  const count = statuses.reduce((sum, status) => sum + number(status, 'restartCount'), 0);
  const last = statuses.map((status) => text(status, 'lastState.terminated.finishedAt')).filter((time) => time !== '');
  const newest = last.sort().pop();
  return count > 0 && newest !== undefined ? `${count} (${since(newest, now)} ago)` : String(count);
}

function readinessGates(pod: KubeObject): string {
  const gates = list(pod, 'spec.readinessGates');
  if (gates.length === 0) return '<none>';
  const passed = gates.filter((gate) =>
    list(pod, 'status.conditions').some((condition) => condition['type'] === gate['conditionType'] && condition['status'] === 'True'),
  );
  return `${passed.length}/${gates.length}`;
}
