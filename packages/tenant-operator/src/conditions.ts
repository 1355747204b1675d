/** Conditions in a fixed order, whose lastTransitionTime moves only when the status does (API conventions). Pure. */
import type { Condition } from '@caretaker/kube';

export type ConditionState = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** RFC 3339 in whole seconds, as the API writes times. */
export const timeText = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

const longestMessage = 2_000;
const shortened = (message: string): string => (message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message);

/** The new conditions, in the order given, with times carried over from the previous ones. Other previous conditions are kept behind them. */
export function mergeConditions(previous: readonly Condition[] | undefined, states: readonly ConditionState[], now: number): Condition[] {
  const before = new Map((previous ?? []).map((condition) => [condition.type, condition]));
  const merged = states.map((state): Condition => {
    const old = before.get(state.type);
    before.delete(state.type);
    const lastTransitionTime =
      old?.status === state.status && old.lastTransitionTime !== undefined ? old.lastTransitionTime : timeText(now);
    return { ...state, message: shortened(state.message), lastTransitionTime };
  });
  return [...merged, ...before.values()];
}
