import type { KubeObject } from '@caretaker/kube';
import type { Evaluation } from '../asset/evaluate.ts';
import type { LoadedAsset } from '../catalog/load.ts';

/** One asset as the debug endpoints and `render` show it. */
export interface DebugItem {
  asset: string;
  path: string;
  component: string;
  /** FILTERED: by root exclusion. */
  status: 'INCLUDED' | 'EXCLUDED' | 'FILTERED' | 'ERROR';
  reason?: string;
  conditions?: readonly { condition: string; met: boolean }[];
  object?: KubeObject;
}

export function debugItem(asset: LoadedAsset, evaluation: Evaluation): DebugItem {
  const { name, path, component } = asset.entry;
  const base = { asset: name, path, component };
  switch (evaluation.result) {
    case 'wanted':
      return { ...base, status: 'INCLUDED', object: evaluation.object };
    case 'excluded':
      return { ...base, status: 'FILTERED', reason: `root exclusion ${JSON.stringify(evaluation.rule)}`, object: evaluation.object };
    case 'empty':
      return { ...base, status: 'EXCLUDED', reason: 'the template has nothing for this cluster' };
    case 'failed':
      return { ...base, status: 'ERROR', reason: evaluation.message };
    case 'skipped': {
      const conditions = evaluation.conditions.map(({ condition, met }) => ({ condition, met }));
      return {
        ...base,
        status: 'EXCLUDED',
        reason: `${evaluation.reason}: ${evaluation.detail}`,
        ...(conditions.length === 0 ? {} : { conditions }),
      };
    }
  }
}
