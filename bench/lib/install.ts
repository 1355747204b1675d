import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeClient, KubeObject } from '@caretaker/kube';
import { parseAllDocuments } from 'yaml';

const config = join(import.meta.dirname, '..', '..', 'config');

/** The three definitions, and the operator's namespace for its lease. */
export async function installDefinitions(client: KubeClient): Promise<void> {
  await client.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tenant-operator-system' } },
    { fieldManager: 'bench', force: true },
  );
  for (const file of globSync('crd/*.yaml', { cwd: config }).sort()) {
    for (const document of parseAllDocuments(readFileSync(join(config, file), 'utf8'))) {
      const object: unknown = document.toJS();
      if (isDefinition(object)) await client.apply(object, { fieldManager: 'bench', force: true });
    }
  }
}

function isDefinition(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && Reflect.get(value, 'kind') === 'CustomResourceDefinition';
}
