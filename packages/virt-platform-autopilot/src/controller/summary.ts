import type { AssetState } from '../asset/report-state.ts';
import { seriesRules } from '../metrics/situation.ts';

/**
 * One round: from a change that concerns every asset until each of them has been passed over. Tells once per round, when nothing is
 * wrong: that is what ReconcileSucceeded means now that assets are reconciled one by one.
 */
export class RoundSummary {
  readonly #assets: readonly string[];
  readonly #states = new Map<string, AssetState>();
  #open = new Set<string>();
  #told = true;

  constructor(assets: readonly string[]) {
    this.#assets = assets;
  }

  begin(): void {
    this.#open = new Set(this.#assets);
    this.#told = false;
  }

  /** A pass over an asset has ended. Returns the figures when with it the round has succeeded. */
  passed(asset: string, state: AssetState): { applied: number; total: number } | undefined {
    this.#open.delete(asset);
    this.#states.set(asset, state);
    if (this.#told || this.#open.size > 0) return undefined;
    const states = [...this.#states.values()];
    if (states.some((one) => seriesRules[one.situation].compliance === 0)) return undefined;
    this.#told = true;
    return { applied: states.filter((one) => seriesRules[one.situation].compliance === 1).length, total: states.length };
  }
}
