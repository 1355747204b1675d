import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  createClient,
  createDiscovery,
  createInformers,
  createTransport,
  type KubeObject,
  loadKubeconfig,
  silentLogger,
  sleep,
  systemClock,
  systemRandom,
} from '@caretaker/kube';
import { parse } from 'yaml';
import { evaluate } from '../asset/evaluate.ts';
import { observeSettled } from '../asset/observe.ts';
import { type LoadedAsset, type LoadedCatalog, loadCatalog } from '../catalog/load.ts';
import { buildContext } from '../context/context.ts';
import { relatedImages } from '../context/images.ts';
import { type DebugFormat, itemsAs } from '../debug/format.ts';
import { type DebugItem, debugItem } from '../debug/item.ts';
import { AutopilotError, messageOf } from '../errors.ts';
import { readActivation } from '../gates/activation.ts';
import { readExclusions } from '../gates/exclusions.ts';
import { isKubeObject, toJson } from '../json.ts';
import { defaultNamespace, hyperConverged, operatorName } from '../names.ts';
import { emptyClusterView } from '../render/cluster-view.ts';
import { Renderer } from '../render/renderer.ts';
import { Kinds } from '../watch/kinds.ts';
import { LookupWatches } from '../watch/lookup-watches.ts';
import { PlatformWatch } from '../watch/platform-watch.ts';
import { shippedAssets } from './flags.ts';
import type { Process } from './run.ts';

export const renderHelp = `Prints what the golden assets become, by the evaluator that the operator runs.

  render --hco-file FILE      for a HyperConverged in a file; no cluster is asked: no nodes, every kind counts as installed
  render --kubeconfig FILE    for the HyperConverged of a cluster

  --asset NAME           one asset
  --show-excluded        also what is not applied, and why
  --output FORMAT        yaml, json or status [yaml]
  --namespace NAME       where the HyperConverged lives [${defaultNamespace}]
  --context NAME         context of the kubeconfig
  --assets-dir PATH      folder with catalog.yaml [the assets shipped]
`;

interface RenderFlags {
  kubeconfig: string | undefined;
  context: string | undefined;
  hcoFile: string | undefined;
  asset: string | undefined;
  showExcluded: boolean;
  output: DebugFormat;
  namespace: string;
  assetsDir: string;
}

/** Writes the rendered assets to stdout. Throws `UsageInvalid`, `CatalogInvalid` and what the connection throws. */
export async function renderCommand(argv: readonly string[], process: Pick<Process, 'env' | 'stdout' | 'signal'>): Promise<void> {
  const flags = parseRenderFlags(argv);
  const catalog = loadCatalog(flags.assetsDir);
  const assets = flags.asset === undefined ? catalog.assets : catalog.assets.filter((asset) => asset.entry.name === flags.asset);
  if (assets.length === 0)
    throw usage(
      `there is no asset ${JSON.stringify(flags.asset)}; there are ${catalog.assets.map((asset) => asset.entry.name).join(', ')}`,
    );
  const items =
    flags.hcoFile === undefined
      ? await fromCluster(flags, catalog, assets, process)
      : fromFile(readHco(flags.hcoFile), catalog, assets, process.env);
  const shown =
    flags.showExcluded || flags.output === 'status' ? items : items.filter((item) => item.status === 'INCLUDED' || item.status === 'ERROR');
  process.stdout(itemsAs(flags.output, shown));
}

function parseRenderFlags(argv: readonly string[]): RenderFlags {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        kubeconfig: text,
        context: text,
        'hco-file': text,
        asset: text,
        'show-excluded': { type: 'boolean' },
        output: text,
        namespace: text,
        'assets-dir': text,
      },
    });
    const output = values.output ?? 'yaml';
    if (output !== 'yaml' && output !== 'json' && output !== 'status')
      throw usage(`--output must be yaml, json or status, not ${JSON.stringify(output)}`);
    if ((values.kubeconfig === undefined) === (values['hco-file'] === undefined))
      throw usage('one of --kubeconfig and --hco-file is needed, and not both');
    return {
      kubeconfig: values.kubeconfig,
      context: values.context,
      hcoFile: values['hco-file'],
      asset: values.asset,
      showExcluded: values['show-excluded'] ?? false,
      output,
      namespace: values.namespace ?? defaultNamespace,
      assetsDir: values['assets-dir'] ?? shippedAssets,
    };
  } catch (error) {
    throw error instanceof AutopilotError ? error : usage(messageOf(error));
  }
}

function readHco(file: string): KubeObject {
  const object = toJson(parse(readFileSync(file, 'utf8')));
  if (!isKubeObject(object) || object.kind !== hyperConverged.kind) throw usage(`${file} holds no ${hyperConverged.kind}`);
  return object;
}

/** Without a cluster: every kind counts as installed, and functions that look into the cluster find nothing. */
function fromFile(hco: KubeObject, catalog: LoadedCatalog, assets: readonly LoadedAsset[], env: Process['env']): DebugItem[] {
  const renderer = new Renderer(catalog.readAsset);
  const context = buildContext({ hco, nodes: [], infrastructure: undefined, scheduler: undefined, images: relatedImages(env) });
  const shared = { activation: readActivation(hco), context, exclusions: readExclusions(hco).rules, dependencies: [] };
  return assets.map((asset) =>
    debugItem(asset, evaluate({ ...shared, asset, apiVersion: asset.head.apiVersion }, renderer, emptyClusterView)),
  );
}

/** With the watches of the operator, filled once. */
async function fromCluster(
  flags: RenderFlags,
  catalog: LoadedCatalog,
  assets: readonly LoadedAsset[],
  process: Pick<Process, 'env' | 'signal'>,
): Promise<DebugItem[]> {
  const clock = systemClock;
  const { kubeconfig: path, context } = flags;
  const config = await loadKubeconfig({
    clock,
    env: process.env,
    ...(path === undefined ? {} : { path }),
    ...(context === undefined ? {} : { context }),
  });
  const transport = createTransport(config, { clock, userAgent: operatorName });
  const discovery = createDiscovery({ transport, clock });
  const client = createClient({ transport, clock, discovery, fieldManager: operatorName });
  const informers = createInformers({ client, clock, random: systemRandom, logger: silentLogger, discovery });
  const ignore = (): void => undefined;
  const kinds = new Kinds({
    informers,
    discovery,
    clock,
    logger: silentLogger,
    crds: catalog.catalog.crds,
    changed: ignore,
    crdAdded: ignore,
    crdRemoved: ignore,
  });
  const watch = new PlatformWatch({
    informers,
    discovery,
    namespace: flags.namespace,
    images: relatedImages(process.env),
    changed: ignore,
    unreadable: ignore,
  });
  const lookups = new LookupWatches({ informers, discovery, changed: ignore });
  try {
    await kinds.start(process.signal);
    watch.refresh();
    await Promise.race([watch.whenReady(process.signal), sleep(clock, 30_000, process.signal)]);
    const platform = { catalog, renderer: new Renderer(catalog.readAsset), kinds, watch, lookups };
    const items: DebugItem[] = [];
    for (const asset of assets) {
      const observed = await observeSettled(platform, asset, process.signal);
      if (observed === undefined) throw usage(`there is no ${hyperConverged.kind} ${flags.namespace}/${hyperConverged.name}`);
      items.push(debugItem(asset, observed.evaluation));
    }
    return items;
  } finally {
    kinds.close();
    watch.close();
    lookups.close();
    await informers.close();
    await transport.close();
  }
}

function usage(message: string): AutopilotError {
  return new AutopilotError('UsageInvalid', message, { hint: 'render --help' });
}
