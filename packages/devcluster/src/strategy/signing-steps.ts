/** CertificateSigningRequest: who asked, and when it was decided. */
import type { JsonObject } from '@caretaker/kube';
import { child, items } from '../defaulting/fill.ts';
import type { WriteContext } from '../schema/contract.ts';

/** A new request says who made it, whatever it says itself. */
export function requestedBy(object: JsonObject, { user }: WriteContext): void {
  const spec = child(object, 'spec');
  for (const name of ['username', 'uid', 'groups', 'extra']) delete spec[name];
  if (user === undefined) return;
  spec['username'] = user.name;
  if (user.uid !== undefined && user.uid !== '') spec['uid'] = user.uid;
  if (user.groups.length > 0) spec['groups'] = [...user.groups];
  const extra = Object.entries(user.extra ?? {});
  if (extra.length > 0) spec['extra'] = Object.fromEntries(extra.map(([key, values]) => [key, [...values]]));
}

/** Conditions without times get them; the transition keeps its time while the status stays. */
export function datedConditions(next: JsonObject, live: JsonObject, { now }: WriteContext): void {
  const before = items(child({ ...live }, 'status'), 'conditions');
  for (const condition of items(child(next, 'status'), 'conditions')) {
    if (!condition['lastUpdateTime']) condition['lastUpdateTime'] = now;
    if (condition['lastTransitionTime']) continue;
    const same = before.find((one) => one['type'] === condition['type'] && one['status'] === condition['status']);
    condition['lastTransitionTime'] = same?.['lastTransitionTime'] ?? now;
  }
}

/** Through status decisions stay as they are, times and all, unless some come or go: that is for the rules to refuse. */
export function keptDecisions(next: JsonObject, live: JsonObject, context: WriteContext): void {
  const before = items(child({ ...live }, 'status'), 'conditions');
  const after = items(child(next, 'status'), 'conditions');
  for (const type of ['Approved', 'Denied']) {
    const old = before.filter((one) => one['type'] === type);
    const now = after.filter((one) => one['type'] === type);
    if (now.length === old.length) for (const [i, one] of now.entries()) Object.assign(one, old[i]);
  }
  datedConditions(next, live, context);
}
