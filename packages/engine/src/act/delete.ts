import { isNotFoundStatus } from '../errors/api-status.ts';
import { refText } from '../prepare/object-key.ts';
import type { DeleteAction } from '../types/action.ts';
import { type ActContext, requestOptions } from './context.ts';
import type { ActResult } from './result.ts';

/**
 * Deletes exactly the object that was proven ours: uid and resourceVersion as preconditions make the server check that what the proof was read
 * from is still the live state, which is stronger than reading it once more. Background propagation, since the API's default for Jobs
 * would leave their pods behind.
 */
export async function deleteObject(action: DeleteAction, context: ActContext): Promise<ActResult> {
  const { uid, resourceVersion } = action;
  try {
    await context.client.delete(action.ref, {
      ...requestOptions(context),
      preconditions: { uid, resourceVersion },
      propagationPolicy: 'Background',
    });
  } catch (error) {
    if (!isNotFoundStatus(error)) throw error;
  }
  const message = action.recreate ? `${refText(action.ref)} deleted, to be made anew` : `${refText(action.ref)} deleted`;
  return { after: { type: 'gone', uid }, wrote: true, happenings: [{ type: 'Deleted', message }] };
}
