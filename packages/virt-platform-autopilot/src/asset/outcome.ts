import type { Outcome } from '@caretaker/engine';
import type { Situation } from '../metrics/situation.ts';

/** How the engine's outcome for the asset's one object reads in the truth table. Pure. */
export function situationOf(outcome: Outcome): { situation: Situation; detail: string; uid: string | undefined } {
  const state = outcome.resources[0];
  if (state === undefined)
    return { situation: 'Failed', detail: outcome.problem?.message ?? 'the engine reported nothing', uid: undefined };
  const detail = state.message;
  const { uid } = state;
  if (state.code === 'NamespaceNotFound') return { situation: 'NamespaceMissing', detail, uid };
  if (state.reason === 'Absent') return { situation: 'SwitchedOff', detail, uid };
  switch (state.phase) {
    case 'Ready':
    case 'WaitingForReady':
    case 'TimedOut':
      return { situation: outcome.changed ? 'Applied' : 'InSync', detail, uid };
    case 'Paused':
      return { situation: 'Paused', detail, uid };
    default:
      return { situation: state.code === 'Throttled' ? 'Throttled' : 'Failed', detail: detail || state.reason, uid };
  }
}
