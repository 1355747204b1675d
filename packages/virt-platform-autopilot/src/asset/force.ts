import type { KubeClient, ObjectRef } from '@caretaker/kube';
import { objectAnnotations } from '../names.ts';

export type ForceDecision =
  | { force: false; remove: false }
  /** A value that was handled already: only taken off again. */
  | { force: false; remove: true; value: string }
  | { force: true; remove: true; value: string };

/** The force-reconcile annotation asks once per value. It is taken off when handled, since the runbook sets it without --overwrite. Pure. */
export function decideForce(value: string | undefined, handled: string | undefined): ForceDecision {
  if (value === undefined) return { force: false, remove: false };
  return { force: value !== handled, remove: true, value };
}

/** Takes the annotation off, unless somebody has set another value meanwhile. */
export async function removeForceAnnotation(client: KubeClient, ref: ObjectRef, value: string, fieldManager: string): Promise<void> {
  const path = `/metadata/annotations/${objectAnnotations.forceReconcile.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  await client.patch(
    ref,
    {
      type: 'json',
      body: [
        { op: 'test', path, value },
        { op: 'remove', path },
      ],
    },
    { fieldManager },
  );
}
