import { join } from 'node:path';
import type { KubeObject } from '@caretaker/kube';
import type { Connection } from './connect.ts';
import type { DataDir } from './data-dir.ts';
import { applyAll, installation } from './install.ts';
import { loadManifests } from './manifests.ts';
import { operator } from './names.ts';
import { root } from './root.ts';

/** Installs config/ as `kubectl apply -k config` would, with the operator's pods run as local processes from this checkout. */
export async function installTenantOperator(connection: Connection): Promise<void> {
  const main = join(root, 'packages', 'tenant-operator', 'src', 'main.ts');
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', main];
  await applyAll(connection, installation(join(root, 'config'), { deployment: operator.deployment, command }));
}

/** examples/, with the registry pointed at the demo's database. */
export async function applySample(connection: Connection, dir: DataDir): Promise<void> {
  await applyAll(
    connection,
    loadManifests(join(root, 'examples')).map((object) => pointAt(object, dir.database)),
  );
}

function pointAt(object: KubeObject, database: string): KubeObject {
  if (object.kind !== 'TenantRegistry') return object;
  const copy = structuredClone(object);
  const spec = copy['spec'];
  if (typeof spec === 'object' && spec !== null) {
    const source = { type: 'sqlite', syncInterval: '5s', sqlite: { path: database, table: 'customers' } };
    Reflect.set(spec, 'source', source);
  }
  return copy;
}
