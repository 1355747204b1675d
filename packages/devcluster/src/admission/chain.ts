import type { Admission, AdmissionPlugin, AdmissionRequest } from './contract.ts';
import { MutationRounds } from './reinvocation.ts';

/** Runs plugins in order: all `mutate` first (twice when there is a reason), later all `validate`. Stays synchronous while no plugin has to wait. */
export class AdmissionChain implements Admission {
  readonly #mutating: readonly AdmissionPlugin[];
  readonly #validating: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#mutating = plugins.filter((plugin) => plugin.mutate !== undefined);
    this.#validating = plugins.filter((plugin) => plugin.validate !== undefined);
  }

  mutate(request: AdmissionRequest): void | Promise<void> {
    const rounds = new MutationRounds();
    const round = (): void | Promise<void> => runFrom(this.#mutating, 0, (plugin) => plugin.mutate?.(request, rounds));
    const again = (): void | Promise<void> => (rounds.next() ? round() : undefined);
    const first = round();
    return first === undefined ? again() : first.then(again);
  }

  validate(request: AdmissionRequest): void | Promise<void> {
    return runFrom(this.#validating, 0, (plugin) => plugin.validate?.(request));
  }
}

function runFrom(
  plugins: readonly AdmissionPlugin[],
  start: number,
  run: (plugin: AdmissionPlugin) => void | Promise<void>,
): Promise<void> | undefined {
  for (let index = start; index < plugins.length; index += 1) {
    const plugin = plugins[index];
    const waiting = plugin === undefined ? undefined : run(plugin);
    if (waiting !== undefined) return waiting.then(() => runFrom(plugins, index + 1, run));
  }
  return undefined;
}
