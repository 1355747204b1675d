import type { JsonObject } from '@caretaker/kube';
import { member } from '../defaulting/fill.ts';

const SNAPSHOTS = 'snapshot.storage.k8s.io';

/** What `dataSource` may name: a claim or a snapshot. */
function isOldSource(source: JsonObject): boolean {
  const group = source['apiGroup'] ?? '';
  return (source['kind'] === 'PersistentVolumeClaim' && group === '') || (source['kind'] === 'VolumeSnapshot' && group === SNAPSHOTS);
}

/** The old and the new way to name what a claim is filled from say the same; the old one falls away where it names something else. In place. */
export function normalizeDataSources(spec: JsonObject, old: JsonObject | undefined): void {
  const reference = member(spec, 'dataSourceRef');
  // sources in other namespaces are a feature that is off
  if (typeof reference?.['namespace'] === 'string' && reference['namespace'] !== '' && member(old, 'dataSourceRef') === undefined)
    delete spec['dataSourceRef'];
  const newer = member(spec, 'dataSourceRef');
  const source = member(spec, 'dataSource');
  const inUse = member(old, 'dataSource') !== undefined || member(old, 'dataSourceRef') !== undefined;
  if (!inUse && newer === undefined && source !== undefined && !isOldSource(source)) delete spec['dataSource'];
  const kept = member(spec, 'dataSource');
  const copy = ({ kind = '', name = '', apiGroup = null }: JsonObject): JsonObject => ({ apiGroup, kind, name });
  if (kept !== undefined && newer === undefined) spec['dataSourceRef'] = copy(kept);
  else if (newer !== undefined && kept === undefined && (newer['namespace'] ?? '') === '') spec['dataSource'] = copy(newer);
}
