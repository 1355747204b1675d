import { opponentsOf, opponentsText } from '../decide/opponents.ts';
import type { Digest } from '../observe/digest.ts';
import { refText } from '../prepare/object-key.ts';
import type { Resource } from '../prepare/resource.ts';
import type { WriteAction } from '../types/action.ts';
import type { Happening } from '../types/outcome.ts';

interface Written {
  created: boolean;
  changed: boolean;
  digest: Digest | undefined;
}

/** What a write means, for events and logs; nothing for a write that changed nothing. */
export function wroteWords(action: WriteAction, resource: Resource, written: Written): Omit<Happening, 'id' | 'ref'> | undefined {
  const what = refText(resource.ref);
  const { cause, contested } = action;
  const { digest } = written;
  if (written.created) {
    if (action.recreation) return { type: 'Recreated', cause, message: `${what} replaced: the change was to an immutable field` };
    return { type: 'Created', cause, contested, message: `${what} created` };
  }
  if (!digest) return { type: 'Adopted', cause, message: `${what} existed already when it was to be created: now managed` };
  if (!written.changed) return undefined;
  switch (cause) {
    case 'adoption':
      return { type: 'Adopted', cause, message: `${what} was made by somebody else: now managed (conflictPolicy Force)` };
    case 'drift': {
      const opponents = opponentsOf(digest, action.fields);
      const who = opponents.length > 0 ? opponentsText(opponents) : action.fields.slice(0, 3).join(', ') || 'values changed';
      return { type: 'DriftRepaired', cause, contested, opponents, message: `${what} repaired: ${who}` };
    }
    default:
      return { type: 'Applied', cause, message: `${what} applied` };
  }
}
