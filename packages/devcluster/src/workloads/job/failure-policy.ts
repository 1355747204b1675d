import type { KubeObject } from '@caretaker/kube';
import { nameOf, namespaceOf } from '../machinery/objects.ts';
import type { Fields } from '../machinery/read.ts';
import { fields, integer, items, text } from '../machinery/read.ts';

export interface PolicyVerdict {
  /** `Count` when no rule matches. */
  action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  /** Why the Job fails, with FailJob. */
  message: string;
}

const COUNT: PolicyVerdict = { action: 'Count', message: '' };

/** What a Job's podFailurePolicy says of a failed pod: the first rule that matches. */
export function judgeFailure(job: KubeObject, pod: KubeObject): PolicyVerdict {
  for (const [index, rule] of items(job, 'spec', 'podFailurePolicy', 'rules').entries()) {
    const subject = matchExitCodes(pod, fields(rule, 'onExitCodes')) ?? matchConditions(pod, items(rule, 'onPodConditions'));
    if (subject === undefined) continue;
    const action = text(rule, 'action');
    if (action === 'Ignore' || action === 'FailIndex') return { action, message: '' };
    if (action === 'FailJob') return { action, message: `${subject} matching FailJob rule at index ${index}` };
    return COUNT;
  }
  return COUNT;
}

/** What of the pod matches, in words. */
function matchExitCodes(pod: KubeObject, rule: Fields): string | undefined {
  if (!('operator' in rule)) return undefined;
  const values = items(rule, 'values');
  const named = text(rule, 'containerName');
  for (const status of [...items(pod, 'status', 'containerStatuses'), ...items(pod, 'status', 'initContainerStatuses')]) {
    const exitCode = integer(status, 'state', 'terminated', 'exitCode');
    if (exitCode === undefined || exitCode === 0 || (named !== '' && named !== text(status, 'name'))) continue;
    if (values.includes(exitCode) === (rule['operator'] === 'In')) {
      return `Container ${text(status, 'name')} for pod ${namespaceOf(pod)}/${nameOf(pod)} failed with exit code ${exitCode}`;
    }
  }
  return undefined;
}

function matchConditions(pod: KubeObject, patterns: readonly unknown[]): string | undefined {
  const match = items(pod, 'status', 'conditions').find((condition) =>
    patterns.some(
      (pattern) => text(condition, 'type') === text(pattern, 'type') && text(condition, 'status') === (text(pattern, 'status') || 'True'),
    ),
  );
  return match === undefined ? undefined : `Pod ${namespaceOf(pod)}/${nameOf(pod)} has condition ${text(match, 'type')}`;
}
