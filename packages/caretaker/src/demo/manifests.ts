import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KubeObject } from '@caretaker/kube';
import { parse, parseAllDocuments } from 'yaml';
import { UserError } from '../errors.ts';

/** All objects of a file, or of a folder with a kustomization.yaml that lists only `resources` (as config/ does). */
export function loadManifests(path: string): KubeObject[] {
  if (!existsSync(path)) throw new UserError('ManifestMissing', `${path} does not exist`, 'run from a complete checkout');
  return statSync(path).isDirectory() ? loadKustomization(path) : loadFile(path);
}

function loadKustomization(folder: string): KubeObject[] {
  const file = join(folder, 'kustomization.yaml');
  const text: unknown = parse(readFileSync(file, 'utf8'));
  const resources: unknown = isRecord(text) ? text['resources'] : undefined;
  if (!Array.isArray(resources)) throw new UserError('ManifestInvalid', `${file} lists no resources`, 'it must have a list `resources`');
  return resources.flatMap((entry: unknown) => loadManifests(join(dirname(file), String(entry))));
}

function loadFile(file: string): KubeObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
    if (!('contents' in document) || document.contents === null) return [];
    const failure = document.errors[0];
    if (failure !== undefined) throw new UserError('ManifestInvalid', `${file}: ${failure.message}`, 'mend the YAML', { cause: failure });
    return [asObject(document.toJS(), file)];
  });
}

function asObject(value: unknown, file: string): KubeObject {
  if (!isRecord(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string' || !isRecord(value['metadata'])) {
    throw new UserError('ManifestInvalid', `${file}: a document is no Kubernetes object`, 'it needs apiVersion, kind and metadata');
  }
  return { ...value, apiVersion: value['apiVersion'], kind: value['kind'], metadata: value['metadata'] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
