import type { KubeObject } from '@caretaker/kube';
import type { AssetEntry } from '../catalog/types.ts';
import { hyperConverged, hyperConvergedAnnotations } from '../names.ts';

/** Whether the autopilot acts at all, and on which assets (`undefined`: all). */
export type Activation = { enabled: false } | { enabled: true; only: ReadonlySet<string> | undefined };

/**
 * Reads the activation annotation of the HyperConverged. The runbook's era had no gate, so absent means enabled; `false` switches off;
 * any other text is a list of asset and group names, and a list without names switches off.
 */
export function readActivation(hco: KubeObject): Activation {
  const text = hco.metadata.annotations?.[hyperConvergedAnnotations.autopilot];
  if (text === undefined) return { enabled: true, only: undefined };
  const value = text.trim();
  if (value === 'true') return { enabled: true, only: undefined };
  if (value === 'false') return { enabled: false };
  const names = value.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  return names.length === 0 ? { enabled: false } : { enabled: true, only: new Set(names) };
}

/** By name or group; the HyperConverged's own asset only by its name. */
export function isSelected(activation: Activation, asset: Pick<AssetEntry, 'name' | 'group'>): boolean {
  if (!activation.enabled) return false;
  if (activation.only === undefined || activation.only.has(asset.name)) return true;
  return asset.name !== hyperConverged.asset && asset.group !== undefined && activation.only.has(asset.group);
}

/** Names in the list that select nothing; told once, since a typing error would else be silent. */
export function unknownNames(activation: Activation, assets: readonly Pick<AssetEntry, 'name' | 'group'>[]): string[] {
  if (!activation.enabled || activation.only === undefined) return [];
  const known = new Set(assets.flatMap((asset) => (asset.group === undefined ? [asset.name] : [asset.name, asset.group])));
  return [...activation.only].filter((name) => !known.has(name));
}
