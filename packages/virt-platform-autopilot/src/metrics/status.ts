import type { Labels } from '@caretaker/kube';
import type { Families } from './families.ts';
import { type Situation, seriesRules } from './situation.ts';

/** An object as the metrics name it; cluster-scoped objects have namespace "". */
export interface Identity {
  kind: string;
  name: string;
  namespace: string;
}

export type Customization = 'patch' | 'ignore' | 'unmanaged';

/** Writes the truth table into the metrics. Holds nothing: the series are the state. */
export class StatusMetrics {
  readonly #families: Families;

  constructor(families: Families) {
    this.#families = families;
  }

  report(identity: Identity, situation: Situation): void {
    const labels = labelsOf(identity);
    const rule = seriesRules[situation];
    if (rule.compliance === 'drop') this.#families.compliance.remove(labels);
    else this.#families.compliance.set(labels, rule.compliance);
    if (rule.paused === 'drop') this.#families.paused.remove(labels);
    else this.#families.paused.set(labels, rule.paused);
    if (rule.duration === 'drop') this.#families.duration.remove(labels);
    if (rule.customization === 'drop') this.#families.customization.remove(labels);
    // The counter is there from the start, so that a first increase is one (DESIGN §10.16).
    if (rule.compliance !== 'drop') this.#families.thrashing.inc(labels, 0);
  }

  customizations(identity: Identity, types: readonly Customization[]): void {
    const labels = labelsOf(identity);
    this.#families.customization.remove(labels);
    for (const type of types) this.#families.customization.set({ ...labels, type }, 1);
  }

  contested(identity: Identity): void {
    this.#families.thrashing.inc(labelsOf(identity));
  }

  duration(identity: Identity, seconds: number): void {
    this.#families.duration.observe(labelsOf(identity), seconds);
  }

  /** An object that the asset no longer makes (its name changed), or everything when the autopilot is switched off. */
  forget(identity: Identity): void {
    const labels = labelsOf(identity);
    for (const family of [
      this.#families.compliance,
      this.#families.paused,
      this.#families.customization,
      this.#families.duration,
      this.#families.thrashing,
    ]) {
      family.remove(labels);
    }
  }
}

function labelsOf(identity: Identity): Labels {
  return { kind: identity.kind, name: identity.name, namespace: identity.namespace };
}
