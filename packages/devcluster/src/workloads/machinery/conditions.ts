import type { Fields } from './read.ts';
import { fields, items, rfc3339, text } from './read.ts';

/** A condition to set. Members that are undefined are left out. */
export interface WantedCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
}

export function findCondition(object: unknown, type: string): Fields | undefined {
  return items(object, 'status', 'conditions')
    .map((condition) => fields(condition))
    .find((condition) => condition['type'] === type);
}

export function conditionIs(object: unknown, type: string, status = 'True'): boolean {
  return text(findCondition(object, type), 'status') === status;
}

/**
 * A condition with its times: `lastTransitionTime` moves with status only. `extraTime` names the second time that some kinds have
 * (`lastUpdateTime` of Deployments, `lastProbeTime` of Jobs and Pods) and that moves when anything changes.
 */
export function timedCondition(
  previous: Fields | undefined,
  wanted: WantedCondition,
  now: number,
  extraTime?: string,
): Record<string, unknown> {
  const same = previous !== undefined && previous['status'] === wanted.status;
  const untouched = same && text(previous, 'reason') === (wanted.reason ?? '') && text(previous, 'message') === (wanted.message ?? '');
  const result: Record<string, unknown> = { type: wanted.type, status: wanted.status };
  if (extraTime !== undefined) result[extraTime] = untouched ? previous[extraTime] : rfc3339(now);
  result['lastTransitionTime'] = same ? previous['lastTransitionTime'] : rfc3339(now);
  if (wanted.reason) result['reason'] = wanted.reason;
  if (wanted.message) result['message'] = wanted.message;
  return result;
}
