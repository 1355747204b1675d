import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { AutopilotError, messageOf } from '../errors.ts';
import { parseTombstones, type Tombstone } from '../tombstone/parse.ts';
import { type AssetHead, readHead } from './head.ts';
import { lintCatalog } from './lint.ts';
import { parseCatalog } from './parse.ts';
import type { AssetEntry, Catalog } from './types.ts';

/** An asset with its file. */
export interface LoadedAsset {
  entry: AssetEntry;
  head: AssetHead;
  text: string;
  isTemplate: boolean;
}

export interface LoadedCatalog {
  catalog: Catalog;
  /** In order of the first pass: reconcile_order, then place in the catalog. */
  assets: readonly LoadedAsset[];
  tombstones: readonly Tombstone[];
  /** A file below the assets folder; undefined when there is none. */
  readAsset(path: string): string | undefined;
}

/** Reads and checks a whole assets folder. Throws `CatalogInvalid` naming files and lines. */
export function loadCatalog(folder: string): LoadedCatalog {
  const root = resolve(folder);
  const read = (path: string): string | undefined => {
    const file = resolve(root, path);
    if (file !== root && !file.startsWith(root + sep)) return undefined;
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  };
  const text = read('catalog.yaml');
  if (text === undefined)
    throw new AutopilotError('CatalogInvalid', `${join(folder, 'catalog.yaml')}: there is no such file`, { hint: 'see --assets-dir' });
  const catalog = parseCatalog('assets/catalog.yaml', text);
  lintCatalog('assets/catalog.yaml', catalog);
  const faults: string[] = [];
  const collect = <T>(make: () => T): T[] => {
    try {
      return [make()];
    } catch (error) {
      faults.push(messageOf(error));
      return [];
    }
  };
  const assets = catalog.assets.flatMap((entry) => collect(() => loadAsset(entry, read(entry.path))));
  const tombstones = yamlFiles(join(root, 'tombstones')).flatMap((file) => {
    const path = relative(root, file).split(sep).join('/');
    return collect(() => parseTombstones(path, readFileSync(file, 'utf8'))).flat();
  });
  if (faults.length > 0) throw new AutopilotError('CatalogInvalid', faults.join('\n'));
  return {
    catalog,
    assets: assets.sort((a, b) => a.entry.reconcileOrder - b.entry.reconcileOrder),
    tombstones,
    readAsset: read,
  };
}

function loadAsset(entry: AssetEntry, text: string | undefined): LoadedAsset {
  if (text === undefined)
    throw new AutopilotError(
      'CatalogInvalid',
      `assets/catalog.yaml:${entry.line}: asset "${entry.name}": there is no file assets/${entry.path}`,
    );
  return { entry, head: readHead(entry.path, text), text, isTemplate: /\.(tpl|tmpl)$/.test(entry.path) };
}

function yamlFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((item) => item.isFile() && /\.ya?ml(\.tpl)?$/.test(item.name))
    .map((item) => join(item.parentPath, item.name))
    .sort();
}
