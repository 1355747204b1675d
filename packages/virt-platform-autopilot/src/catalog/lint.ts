import { AutopilotError } from '../errors.ts';
import { hyperConverged } from '../names.ts';
import type { Catalog } from './types.ts';

/** Rules between entries, which a schema of single entries cannot tell. Throws `CatalogInvalid` with one line per fault. */
export function lintCatalog(file: string, catalog: Catalog): void {
  const faults = [...duplicates(catalog), ...twins(catalog), ...orders(catalog), ...gates(catalog), ...coverage(catalog)];
  if (faults.length === 0) return;
  throw new AutopilotError('CatalogInvalid', faults.map((fault) => `${file}:${fault}`).join('\n'), {
    hint: 'docs/customization.md describes the catalog',
  });
}

function duplicates(catalog: Catalog): string[] {
  const seen = new Map<string, number>();
  return catalog.assets.flatMap((asset) => {
    const first = seen.get(asset.name);
    seen.set(asset.name, first ?? asset.line);
    return first === undefined ? [] : [`${asset.line}: asset "${asset.name}" is there twice; the first one is in line ${first}`];
  });
}

/** Two entries that would make the same object: each would see the other's as somebody else's. */
function twins(catalog: Catalog): string[] {
  const seen = new Map<string, string>();
  return catalog.assets.flatMap((asset) => {
    const key = JSON.stringify([asset.path, Object.entries(asset.templateParams).sort()]);
    const first = seen.get(key);
    seen.set(key, first ?? asset.name);
    return first === undefined || first === asset.name ? [] : [`${asset.line}: asset "${asset.name}" makes the same object as "${first}"`];
  });
}

function orders(catalog: Catalog): string[] {
  return catalog.assets.flatMap((asset) => {
    if (asset.name === hyperConverged.asset) {
      return asset.reconcileOrder === 0 ? [] : [`${asset.line}: asset "${asset.name}" must have reconcile_order 0: it comes first`];
    }
    if (asset.reconcileOrder === 0) return [`${asset.line}: asset "${asset.name}": reconcile_order 0 is kept for ${hyperConverged.asset}`];
    if (asset.install === 'opt-in' && asset.conditions.length === 0) {
      return [`${asset.line}: asset "${asset.name}" is opt-in without conditions: it could never be applied`];
    }
    return [];
  });
}

function gates(catalog: Catalog): string[] {
  const names = new Set(catalog.crds.map((crd) => crd.name));
  return catalog.assets.flatMap((asset) =>
    asset.gateCrd !== undefined && !names.has(asset.gateCrd)
      ? [`${asset.line}: asset "${asset.name}": gate_crd ${asset.gateCrd} is not described under crds (name, apiVersion, kind)`]
      : [],
  );
}

function coverage(catalog: Catalog): string[] {
  const known = new Set(catalog.assets.map((asset) => asset.name));
  const groups = new Set(catalog.assets.flatMap((asset) => (asset.group === undefined ? [] : [asset.group])));
  const covered = new Set(catalog.excludedAssets);
  const faults: string[] = [];
  for (const feature of catalog.features) {
    for (const name of feature.assets)
      if (!known.has(name)) faults.push(`1: feature "${feature.name}" names asset "${name}", which is not there`);
    for (const group of feature.groups)
      if (!groups.has(group)) faults.push(`1: feature "${feature.name}" names group "${group}", which no asset has`);
    const members = catalog.assets.filter(
      (asset) => feature.assets.includes(asset.name) || (asset.group !== undefined && feature.groups.includes(asset.group)),
    );
    if (members.length === 0) faults.push(`1: feature "${feature.name}" has no asset`);
    for (const asset of members) covered.add(asset.name);
  }
  for (const asset of catalog.assets) {
    if (!covered.has(asset.name))
      faults.push(`${asset.line}: asset "${asset.name}" belongs to no feature and is not under excluded_assets`);
  }
  return faults;
}
