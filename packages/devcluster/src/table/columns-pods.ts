import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { TableColumn } from '../server/contract.ts';
import { AGE, column, NAME, wide } from './column.ts';
import { at, list, number, since, text } from './read-value.ts';

export const POD_COLUMNS: readonly TableColumn[] = [
  NAME,
  column('Ready', (pod) => {
    const { ready, containers } = progress(pod);
    return `${ready}/${containers}`;
  }),
  column('Status', podStatus),
  column('Restarts', restarts),
  AGE,
  wide('IP', (pod) => text(pod, 'status.podIP', '<none>')),
  wide('Node', (pod) => text(pod, 'spec.nodeName', '<none>')),
  wide('Nominated Node', (pod) => text(pod, 'status.nominatedNodeName', '<none>')),
  wide('Readiness Gates', readinessGates),
];

/** How far a pod is, as its row tells it. */
interface Progress {
  readonly ready: number;
  readonly containers: number;
  readonly status: string;
  readonly restarts: number;
  /** When a container was last restarted; '' when none was. */
  readonly restarted: string;
}

/** The most telling word: a waiting or terminated container's reason before the phase. */
export function podStatus(pod: KubeObject): string {
  const { status } = progress(pod);
  if (pod.metadata.deletionTimestamp === undefined) return status;
  if (text(pod, 'status.reason') === 'NodeLost') return 'Unknown';
  const phase = text(pod, 'status.phase');
  return phase === 'Failed' || phase === 'Succeeded' ? status : 'Terminating';
}

function progress(pod: KubeObject): Progress {
  const sidecars = new Set(
    list(pod, 'spec.initContainers')
      .filter((container) => container['restartPolicy'] === 'Always')
      .map((container) => container['name']),
  );
  const containers = list(pod, 'spec.containers').length + sidecars.size;
  const statuses = list(pod, 'status.initContainerStatuses');
  const holding = statuses.findIndex((status) => !isDone(status, sidecars));
  const seen = holding < 0 ? statuses : statuses.slice(0, holding + 1);
  const ofSidecars = seen.filter((status) => sidecars.has(status['name']));
  const readySidecars = ofSidecars.filter((status, i) => status['ready'] === true && (i < seen.length - 1 || holding < 0)).length;
  const held = statuses[holding];
  if (held !== undefined && !isInitialized(pod)) {
    const total = list(pod, 'spec.initContainers').length;
    return { ready: readySidecars, containers, status: initReason(held, holding, total), ...restartsOf(seen) };
  }
  const own = list(pod, 'status.containerStatuses');
  return {
    ready: readySidecars + own.filter(isRunning).length,
    containers,
    status: containerReason(pod, held === undefined ? baseReason(pod) : initReason(held, holding, list(pod, 'spec.initContainers').length)),
    ...restartsOf([...ofSidecars, ...own]),
  };
}

function restartsOf(statuses: readonly JsonObject[]): { restarts: number; restarted: string } {
  const times = statuses.map((status) => text(status, 'lastState.terminated.finishedAt')).filter((time) => time !== '');
  return { restarts: statuses.reduce((sum, status) => sum + number(status, 'restartCount'), 0), restarted: times.sort().pop() ?? '' };
}

/** An init container that does not hold up the others any more. */
function isDone(status: JsonObject, sidecars: ReadonlySet<unknown>): boolean {
  return at(status, 'state.terminated.exitCode') === 0 || (sidecars.has(status['name']) && status['started'] === true);
}

const isRunning = (status: JsonObject): boolean =>
  status['ready'] === true &&
  at(status, 'state.running') !== undefined &&
  at(status, 'state.terminated') === undefined &&
  text(status, 'state.waiting.reason') === '';

const hasCondition = (pod: KubeObject, type: string): boolean =>
  list(pod, 'status.conditions').some((condition) => condition['type'] === type && condition['status'] === 'True');

const isInitialized = (pod: KubeObject): boolean => hasCondition(pod, 'Initialized');

function baseReason(pod: KubeObject): string {
  const gated = list(pod, 'status.conditions').some(
    (condition) => condition['type'] === 'PodScheduled' && condition['reason'] === 'SchedulingGated',
  );
  return gated ? 'SchedulingGated' : text(pod, 'status.reason') || text(pod, 'status.phase');
}

function initReason(status: JsonObject, index: number, total: number): string {
  const terminated = terminatedReason(status);
  if (terminated !== undefined) return `Init:${terminated}`;
  const waiting = text(status, 'state.waiting.reason');
  return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${total}`;
}

/** The first container's word counts most, but a failure counts more than a success. */
function containerReason(pod: KubeObject, base: string): string {
  let reason = base;
  let failure = '';
  let running = false;
  for (const status of [...list(pod, 'status.containerStatuses')].reverse()) {
    const waiting = text(status, 'state.waiting.reason');
    const terminated = terminatedReason(status);
    if (waiting !== '') reason = waiting;
    else if (terminated !== undefined) {
      reason = terminated;
      if (number(status, 'state.terminated.exitCode') !== 0) failure = terminated;
    } else if (isRunning(status)) running = true;
  }
  if (reason !== 'Completed') return reason;
  if (running && hasCondition(pod, 'Ready')) return 'Running';
  return failure !== '' ? failure : running ? 'NotReady' : reason;
}

function terminatedReason(status: JsonObject): string | undefined {
  if (at(status, 'state.terminated') === undefined) return undefined;
  const reason = text(status, 'state.terminated.reason');
  if (reason !== '') return reason;
  const signal = number(status, 'state.terminated.signal');
  return signal === 0 ? `ExitCode:${number(status, 'state.terminated.exitCode')}` : `Signal:${signal}`;
}

function restarts(pod: KubeObject, now: number): string {
  const { restarts: count, restarted } = progress(pod);
  return count > 0 && restarted !== '' ? `${count} (${since(restarted, now)} ago)` : String(count);
}

const ENDED: Readonly<Record<string, string>> = { Succeeded: 'The pod has completed successfully.', Failed: 'The pod failed.' };

/** Conditions of a row: a pod that has ended says so. */
export function podRowConditions(pod: KubeObject): JsonObject[] | undefined {
  const phase = text(pod, 'status.phase');
  const message = ENDED[phase];
  return message === undefined ? undefined : [{ type: 'Completed', status: 'True', reason: phase, message }];
}

function readinessGates(pod: KubeObject): string {
  const gates = list(pod, 'spec.readinessGates');
  if (gates.length === 0) return '<none>';
  const passed = gates.filter((gate) =>
    list(pod, 'status.conditions').some((condition) => condition['type'] === gate['conditionType'] && condition['status'] === 'True'),
  );
  return `${passed.length}/${gates.length}`;
}
