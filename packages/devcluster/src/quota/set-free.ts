import type { KubeObject } from '@caretaker/kube';
import { member, members, textOf } from '../admission/json-members.ts';
import { deepEqual } from '../server/writes/deep-equal.ts';
import { isEnded } from './pod-usage.ts';
import { isTerminating } from './scopes.ts';

type Changes = (next: KubeObject, old: KubeObject, now: number) => boolean;

/** Updates after which the quotas of a namespace are counted anew, by table. All others are booked by admission, or not before the next count. */
const RECOUNTED: Readonly<Record<string, Changes>> = {
  '/pods': (next, old, now) =>
    isTerminating(next) !== isTerminating(old) || (!isEnded(old, now) && isEnded(next, now)) || runsWithOther(next, old),
  '/services': (next, old) => externalType(next) !== externalType(old),
  '/persistentvolumeclaims': () => true,
  '/resourcequotas': (next, old) => !deepEqual(member(next, 'spec'), member(old, 'spec')),
};

export function isRecounted(table: string, next: KubeObject, old: KubeObject | undefined, now: number): boolean {
  return old !== undefined && RECOUNTED[table]?.(next, old, now) === true;
}

function externalType(service: KubeObject): string {
  const type = textOf(member(service, 'spec')['type']);
  return type === 'NodePort' || type === 'LoadBalancer' ? type : '';
}

/** The resources that a container runs with have changed. */
function runsWithOther(next: KubeObject, old: KubeObject): boolean {
  return ['containerStatuses', 'initContainerStatuses'].some((list) =>
    members(member(old, 'status'), list).some((before) => {
      const after = members(member(next, 'status'), list).find((each) => each['name'] === before['name']);
      return after !== undefined && !deepEqual(member(before, 'resources'), member(after, 'resources'));
    }),
  );
}
