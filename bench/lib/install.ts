import { join } from 'node:path';
import { applyAll, type Connection, loadManifests } from 'caretaker';

/** The three definitions, and the operator's namespace for its lease. */
export async function installDefinitions(connection: Connection): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tenant-operator-system' } };
  await applyAll(connection, [namespace, ...loadManifests(join(import.meta.dirname, '..', '..', 'config', 'crd'))]);
}
