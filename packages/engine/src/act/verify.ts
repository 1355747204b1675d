import { differingLeaves } from '../compare/leaves.ts';
import { addressText } from '../fields/address.ts';
import { isBelow } from '../fields/algebra.ts';
import { ignoredAddresses } from '../ignore/live-wins.ts';
import type { Digest } from '../observe/digest.ts';
import type { Resource } from '../prepare/resource.ts';
import type { Action } from '../types/action.ts';
import { readLive } from './body.ts';
import type { ActContext } from './context.ts';
import type { ActResult } from './result.ts';

/** Reads the live object and compares the desired leaves with it (merge, replace: DESIGN §10.18). One GET, no write. */
export async function verifyObject(
  action: Extract<Action, { type: 'verify' }>,
  resource: Resource,
  context: ActContext,
): Promise<ActResult> {
  const live = await readLive({ ref: action.ref, existing: action }, context);
  const after: Digest = context.digest(live);
  const ignored = ignoredAddresses([resource.object, live], resource.ignored, []).map(addressText);
  const changed = differingLeaves(resource.object, live)
    .map((change) => change.field)
    .filter((field) => !ignored.some((prefix) => field === prefix || isBelow(field, prefix)));
  const verified = { hash: resource.hash, resourceVersion: after.resourceVersion, changed };
  return { after: { type: 'object', digest: after }, remember: { verified }, wrote: false };
}
