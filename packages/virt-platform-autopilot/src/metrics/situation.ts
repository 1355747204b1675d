/** Where an asset stands after a pass: the rows of the truth table (reference §5.2). */
export type Situation =
  | 'Applied'
  | 'InSync'
  /** Rendering, reading or applying failed, or the API server refused. */
  | 'Failed'
  /** The CRD is there, but nobody serves the kind. */
  | 'KindNotServed'
  | 'Throttled'
  /** An edit war, or the pause annotation on the object. */
  | 'Paused'
  | 'Unmanaged'
  | 'Excluded'
  | 'NotSelected'
  | 'ConditionsNotMet'
  | 'DependencyMissing'
  /** The template gave no object in this context. */
  | 'NotApplicable'
  | 'NamespaceMissing'
  | 'SwitchedOff';

/** `keep`: whatever the series says stays; `drop`: the series goes away. */
export interface SeriesRule {
  compliance: 0 | 1 | 'drop';
  paused: 0 | 1 | 'drop';
  duration: 'keep' | 'drop';
  customization: 'keep' | 'drop';
}

const active = (compliance: 0 | 1): SeriesRule => ({ compliance, paused: 0, duration: 'keep', customization: 'keep' });
const notOurs: SeriesRule = { compliance: 'drop', paused: 'drop', duration: 'drop', customization: 'drop' };

/**
 * The one rule: 0 for every fault of a wanted asset and while it is throttled or paused, 1 only when the object is known to be
 * golden, no series where the autopilot does not manage. thrashing_total is a counter of what has happened and only goes away with
 * the autopilot itself.
 */
export const seriesRules: Readonly<Record<Situation, SeriesRule>> = {
  Applied: active(1),
  InSync: active(1),
  Failed: active(0),
  KindNotServed: active(0),
  Throttled: active(0),
  Paused: { compliance: 0, paused: 1, duration: 'keep', customization: 'keep' },
  Unmanaged: { compliance: 'drop', paused: 0, duration: 'keep', customization: 'keep' },
  Excluded: { compliance: 'drop', paused: 0, duration: 'keep', customization: 'keep' },
  NotSelected: notOurs,
  ConditionsNotMet: notOurs,
  DependencyMissing: notOurs,
  NotApplicable: notOurs,
  NamespaceMissing: notOurs,
  SwitchedOff: notOurs,
};
