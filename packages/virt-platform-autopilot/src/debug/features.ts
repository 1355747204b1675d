import type { AssetEntry, Catalog, Condition } from '../catalog/types.ts';

export interface FeatureStatus {
  name: string;
  description: string;
  maturity: 'GA' | 'TP' | 'DP';
  install: 'always' | 'opt-in';
  /** What a user sets to get it; null when nothing is needed. */
  optIn: string | null;
  assets: string[];
  requires: readonly string[];
  recommended: readonly string[];
}

const maturityOrder = ['GA', 'TP', 'DP'];

/** The feature list, derived from the catalog: generally available first, then by name. Pure. */
export function featureStatus(catalog: Catalog): FeatureStatus[] {
  return catalog.features
    .map((feature) => {
      const members = catalog.assets.filter(
        (asset) => feature.assets.includes(asset.name) || (asset.group !== undefined && feature.groups.includes(asset.group)),
      );
      const install = members.some((asset) => asset.install === 'opt-in') ? ('opt-in' as const) : ('always' as const);
      return {
        name: feature.name,
        description: feature.description,
        maturity: feature.maturity === undefined ? (install === 'opt-in' ? ('DP' as const) : ('GA' as const)) : upper(feature.maturity),
        install,
        optIn: optIn(members),
        assets: members.map((asset) => asset.name),
        requires: feature.requires,
        recommended: feature.recommended,
      };
    })
    .sort((a, b) => maturityOrder.indexOf(a.maturity) - maturityOrder.indexOf(b.maturity) || (a.name < b.name ? -1 : 1));
}

function upper(maturity: 'ga' | 'tp' | 'dp'): 'GA' | 'TP' | 'DP' {
  return maturity === 'ga' ? 'GA' : maturity === 'tp' ? 'TP' : 'DP';
}

function optIn(assets: readonly AssetEntry[]): string | null {
  const words = assets.filter((asset) => asset.install === 'opt-in').flatMap((asset) => asset.conditions.flatMap(wordOf));
  return words.length === 0 ? null : [...new Set(words)].join(', ');
}

/** Only what a user decides: facts of the cluster (topology, hardware, images) are left out. */
function wordOf(condition: Condition): string[] {
  if (condition.type === 'annotation') return [condition.value === undefined ? condition.key : `${condition.key}=${condition.value}`];
  if (condition.type === 'feature-gate') return [`featureGate:${condition.value}`];
  return condition.type === 'hco-field-unconfigured' ? [`hcoUnconfigured:${condition.path}`] : [];
}
