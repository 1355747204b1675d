/** RBAC, golden files and tables of the docs, all derived from assets/ and the code. `scripts/check-generated.ts` compares them with what is there. */
import { join } from 'node:path';
import { acceptanceTable } from './generate/acceptance.ts';
import { featureTable } from './generate/features.ts';
import { goldenFiles } from './generate/golden.ts';
import { metricsReference } from './generate/metrics.ts';
import { loadCatalog } from './src/catalog/load.ts';
import { clusterRole } from './src/rbac/manifest.ts';
import { rulesOf } from './src/rbac/rules.ts';

/** Path from the root of the repository -> text of the file. */
export function generate(): Map<string, string> {
  const root = join(import.meta.dirname, '..', '..');
  const catalog = loadCatalog(join(root, 'assets'));
  const files = goldenFiles(catalog);
  files.set('config/virt-platform-autopilot/rbac/role.yaml', clusterRole(rulesOf(catalog)));
  files.set('docs/metrics.md', metricsReference());
  files.set('docs/reference/features.md', featureTable(catalog.catalog));
  files.set('docs/reference/acceptance.md', acceptanceTable(root));
  return files;
}
