import type { Counter, FamilySpec, Gauge, Histogram, Labels, MetricsRegistry } from '@caretaker/kube';

/** The autopilot's own metrics, with the names of the runbook; `prefixes` beyond the first mirror them under another name. */
export interface Families {
  compliance: Gauge;
  thrashing: Counter;
  customization: Gauge;
  missingDependency: Gauge;
  duration: Histogram;
  tombstone: Gauge;
  paused: Gauge;
}

export const runbookPrefix = 'virt_platform';
/** Seconds; the ancestor's. */
export const durationBuckets: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const identity = ['kind', 'name', 'namespace'] as const;

/** One row per family: docs/metrics.md is generated from it. */
export const familyTable = {
  compliance: {
    suffix: 'compliance_status',
    type: 'gauge',
    labels: identity,
    help: 'Whether the object is in its golden state: 1 synced, 0 drifted or failed. No series: not managed.',
  },
  thrashing: {
    suffix: 'thrashing_total',
    type: 'counter',
    labels: identity,
    help: 'Repairs of a field that somebody had changed again after a repair.',
  },
  customization: {
    suffix: 'customization_info',
    type: 'gauge',
    labels: [...identity, 'type'],
    help: 'User overrides on the object, always 1; type is patch, ignore or unmanaged.',
  },
  missingDependency: {
    suffix: 'missing_dependency',
    type: 'gauge',
    labels: ['group', 'version', 'kind'],
    help: 'Whether a kind that a wanted asset needs is missing: 1 missing, 0 present.',
  },
  duration: {
    suffix: 'reconcile_duration_seconds',
    type: 'histogram',
    labels: identity,
    help: 'How long a pass over the object took, in seconds.',
  },
  tombstone: {
    suffix: 'tombstone_status',
    type: 'gauge',
    labels: identity,
    help: 'State of an object that must not exist: 0 gone, 1 being deleted, -1 deletion failed or stuck, -2 kept because it is not ours.',
  },
  paused: {
    suffix: 'paused_resources',
    type: 'gauge',
    labels: identity,
    help: 'Whether the autopilot leaves the object alone after an edit war: 1 paused, 0 active.',
  },
} as const satisfies Record<keyof Families, { suffix: string; type: string; labels: readonly string[]; help: string }>;

export function createFamilies(registry: MetricsRegistry, mirrorPrefix?: string): Families {
  const prefixes = mirrorPrefix === undefined || mirrorPrefix === runbookPrefix ? [runbookPrefix] : [runbookPrefix, mirrorPrefix];
  const specs = (name: keyof Families): FamilySpec[] => {
    const row = familyTable[name];
    return prefixes.map((prefix) => ({ name: `${prefix}_${row.suffix}`, help: row.help, labelNames: row.labels }));
  };
  const gauge = (name: keyof Families): Gauge => allGauges(specs(name).map((spec) => registry.gauge(spec)));
  return {
    compliance: gauge('compliance'),
    thrashing: allCounters(specs('thrashing').map((spec) => registry.counter(spec))),
    customization: gauge('customization'),
    missingDependency: gauge('missingDependency'),
    duration: allHistograms(specs('duration').map((spec) => registry.histogram({ ...spec, buckets: durationBuckets }))),
    tombstone: gauge('tombstone'),
    paused: gauge('paused'),
  };
}

function each<T>(members: readonly T[], act: (member: T) => void): void {
  for (const member of members) act(member);
}

function allGauges(members: readonly Gauge[]): Gauge {
  return {
    set: (labels: Labels, value: number) => each(members, (member) => member.set(labels, value)),
    remove: (match: Labels) => each(members, (member) => member.remove(match)),
  };
}

function allCounters(members: readonly Counter[]): Counter {
  return {
    inc: (labels?: Labels, by?: number) => each(members, (member) => member.inc(labels, by)),
    remove: (match: Labels) => each(members, (member) => member.remove(match)),
  };
}

function allHistograms(members: readonly Histogram[]): Histogram {
  return {
    observe: (labels: Labels, value: number) => each(members, (member) => member.observe(labels, value)),
    remove: (match: Labels) => each(members, (member) => member.remove(match)),
  };
}
