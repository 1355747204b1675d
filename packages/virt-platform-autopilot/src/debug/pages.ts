import { stringify } from 'yaml';
import { observeNow, type Platform } from '../asset/observe.ts';
import type { LoadedAsset } from '../catalog/load.ts';
import { featureStatus } from './features.ts';
import { itemsAs } from './format.ts';
import { type DebugItem, debugItem } from './item.ts';

export interface DebugAnswer {
  status: number;
  contentType?: string;
  body: string;
}

export type DebugPage = (query: URLSearchParams) => DebugAnswer;

/** The debug endpoints by path; GET only (the server sees to that). What they show comes from the evaluator that the operator runs. */
export function debugPages(platform: Platform): Record<string, DebugPage> {
  const { assets } = platform.catalog;
  const pages: Record<string, DebugPage> = {
    '/debug/health': () => ({ status: 200, body: 'OK' }),
    '/debug/render': (query) => render(platform, assets, query),
    '/debug/render/': () => ({ status: 400, body: 'the name of an asset is missing\n' }),
    '/debug/exclusions': (query) => exclusions(platform, query),
    '/debug/features': (query) => data(query, featureStatus(platform.catalog.catalog)),
    '/debug/tombstones': (query) =>
      data(
        query,
        platform.catalog.tombstones.map(({ ref, path }) => ({ kind: ref.kind, name: ref.name, namespace: ref.namespace ?? '', path })),
      ),
  };
  for (const asset of assets) pages[`/debug/render/${asset.entry.name}`] = (query) => renderOne(platform, asset, query);
  return pages;
}

function render(platform: Platform, assets: readonly LoadedAsset[], query: URLSearchParams): DebugAnswer {
  const items = itemsOf(platform, assets);
  if (items === undefined) return noHyperConverged;
  const all = query.get('show-excluded') === 'true';
  const installed = query.get('only-installed') === 'true';
  const shown = items.filter((item) => {
    if (item.status !== 'INCLUDED') return all || item.status === 'ERROR';
    return !installed || item.object === undefined || platform.kinds.dependency(item.object).state === 'served';
  });
  return formatted(query, shown);
}

function renderOne(platform: Platform, asset: LoadedAsset, query: URLSearchParams): DebugAnswer {
  const items = itemsOf(platform, [asset]);
  return items === undefined ? noHyperConverged : formatted(query, items);
}

function exclusions(platform: Platform, query: URLSearchParams): DebugAnswer {
  const items = itemsOf(platform, platform.catalog.assets);
  if (items === undefined) return noHyperConverged;
  const left = items.filter((item) => item.status !== 'INCLUDED');
  return data(
    query,
    left.map(({ asset, path, component, reason, conditions }) => ({
      asset,
      path,
      component,
      reason,
      ...(conditions === undefined ? {} : { details: conditions }),
    })),
  );
}

const noHyperConverged: DebugAnswer = { status: 500, body: 'there is no HyperConverged\n' };

function itemsOf(platform: Platform, assets: readonly LoadedAsset[]): DebugItem[] | undefined {
  const items: DebugItem[] = [];
  for (const asset of assets) {
    const observed = observeNow(platform, asset);
    if (observed === undefined) return undefined;
    items.push(debugItem(asset, observed.evaluation));
  }
  return items;
}

function formatted(query: URLSearchParams, items: readonly DebugItem[]): DebugAnswer {
  const format = formatOf(query);
  return format === undefined ? badFormat : { status: 200, contentType: contentTypes[format], body: itemsAs(format, items) };
}

function data(query: URLSearchParams, value: unknown): DebugAnswer {
  const format = formatOf(query);
  if (format === undefined) return badFormat;
  const body =
    format === 'json' ? `${JSON.stringify(value, undefined, 2)}\n` : stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
  return { status: 200, contentType: contentTypes[format], body };
}

const contentTypes = { yaml: 'application/x-yaml', json: 'application/json' } as const;
const badFormat: DebugAnswer = { status: 400, body: 'format must be yaml or json\n' };

function formatOf(query: URLSearchParams): 'yaml' | 'json' | undefined {
  const format = query.get('format') ?? 'yaml';
  return format === 'yaml' || format === 'json' ? format : undefined;
}
