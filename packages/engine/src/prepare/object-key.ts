import type { ObjectRef } from '@caretaker/kube';
import { groupOf } from '../marks/pod-labels.ts';

/** One object's address without the version: `apps/Deployment/team-a/web`; the group of core kinds and an absent namespace are empty. */
export function objectKey(ref: ObjectRef): string {
  return `${groupOf(ref.apiVersion)}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
}

/** For people: `Deployment team-a/web`. */
export function refText(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`;
}
