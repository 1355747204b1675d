import type { KubeObject } from '@caretaker/kube';
import type { LoadedAsset, LoadedCatalog } from '../catalog/load.ts';
import type { Context } from '../context/context.ts';
import { type Activation, readActivation } from '../gates/activation.ts';
import { readExclusions } from '../gates/exclusions.ts';
import type { Dependency } from '../gates/gate.ts';
import type { Renderer } from '../render/renderer.ts';
import type { Kinds } from '../watch/kinds.ts';
import type { LookupWatches } from '../watch/lookup-watches.ts';
import type { PlatformWatch } from '../watch/platform-watch.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { servedVersion } from './served-version.ts';

/** The caches and the evaluator's parts, as the controller and the debug endpoints share them. */
export interface Platform {
  catalog: LoadedCatalog;
  renderer: Renderer;
  kinds: Kinds;
  watch: PlatformWatch;
  lookups: LookupWatches;
}

export interface Observed {
  hco: KubeObject;
  context: Context;
  activation: Activation;
  dependencies: readonly Dependency[];
  evaluation: Evaluation;
}

/** From caches alone; undefined without a HyperConverged. */
export function observeNow(platform: Platform, asset: LoadedAsset): Observed | undefined {
  const { context } = platform.watch;
  if (context === undefined) return undefined;
  const { hco } = context;
  const activation = readActivation(hco);
  const apiVersion = servedVersion(asset, (kind) => platform.kinds.dependency(kind).state === 'served');
  const gate = asset.entry.gateCrd === undefined ? undefined : platform.kinds.crd(asset.entry.gateCrd);
  const dependencies = [{ apiVersion, kind: asset.head.kind }, ...(gate === undefined ? [] : [gate])].map((kind) =>
    platform.kinds.dependency(kind),
  );
  const input = { asset, activation, context, exclusions: readExclusions(hco).rules, dependencies, apiVersion };
  return { hco, context, activation, dependencies, evaluation: evaluate(input, platform.renderer, platform.lookups) };
}

/** How often a template may ask for something new because of what it was told before. */
const maximumRounds = 5;

/** As `observeNow`, with every lookup of the template answered; the asset then depends on them. */
export async function observeSettled(platform: Platform, asset: LoadedAsset, signal: AbortSignal): Promise<Observed | undefined> {
  for (let round = 1; ; round++) {
    const observed = observeNow(platform, asset);
    const lookups = observed !== undefined && 'lookups' in observed.evaluation ? observed.evaluation.lookups : [];
    const settled = await platform.lookups.settle(lookups, signal);
    if (!settled && round < maximumRounds) continue;
    platform.lookups.use(asset.entry.name, lookups);
    return observed;
  }
}
