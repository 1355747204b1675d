import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { ConfigError } from '../errors/config-error.ts';
import { asError } from '../errors/kube-error.ts';
import { at, isObject, listAt, textAt } from '../json/read.ts';

/** A named entry of a kubeconfig, with the folder that its relative paths start from. */
export interface Entry {
  value: Readonly<Record<string, unknown>>;
  directory: string;
}

/** One or several kubeconfig files, merged: of entries with the same name the first file's wins, and the first current-context. */
export interface Kubeconfig {
  currentContext: string | undefined;
  clusters: ReadonlyMap<string, Entry>;
  users: ReadonlyMap<string, Entry>;
  contexts: ReadonlyMap<string, Entry>;
}

/** `required`: a file that is not there is an error (it was named by hand) instead of being passed over (it is on a list). */
export async function readKubeconfigs(paths: readonly string[], required: boolean): Promise<Kubeconfig> {
  let currentContext: string | undefined;
  const clusters = new Map<string, Entry>();
  const users = new Map<string, Entry>();
  const contexts = new Map<string, Entry>();
  let found = 0;
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
      if (!required && at(thrown, 'code') === 'ENOENT') return undefined;
      throw new ConfigError('KUBE_CONFIG_NOT_FOUND', `cannot read kubeconfig ${path}: ${asError(thrown).message}`, { cause: thrown });
    });
    if (text === undefined) continue;
    found++;
    const document = await parse(text, path);
    const directory = dirname(resolve(path));
    currentContext ??= textAt(document, 'current-context') || undefined;
    addEntries(clusters, document, 'clusters', 'cluster', directory);
    addEntries(users, document, 'users', 'user', directory);
    addEntries(contexts, document, 'contexts', 'context', directory);
  }
  if (found === 0) {
    throw new ConfigError('KUBE_CONFIG_NOT_FOUND', `no kubeconfig: looked for ${paths.join(', ')}`, {
      hint: 'pass --kubeconfig FILE or set KUBECONFIG',
    });
  }
  return { currentContext, clusters, users, contexts };
}

async function parse(text: string, path: string): Promise<Record<string, unknown>> {
  const yaml = await import('yaml');
  let document: unknown;
  try {
    document = yaml.parse(text);
  } catch {
    // The parser's message would quote the lines around the fault, and those hold tokens.
    throw new ConfigError('KUBE_CONFIG_INVALID', `kubeconfig ${path} is not YAML`);
  }
  if (!isObject(document)) throw new ConfigError('KUBE_CONFIG_INVALID', `kubeconfig ${path} is not a mapping`);
  return document;
}

function addEntries(into: Map<string, Entry>, document: unknown, list: string, member: string, directory: string): void {
  for (const item of listAt(document, list)) {
    const name = textAt(item, 'name');
    const value = at(item, member);
    if (name !== undefined && !into.has(name)) into.set(name, { value: isObject(value) ? value : {}, directory });
  }
}

/** A path of an entry: relative ones start at the folder of the file that the entry came from. */
export function pathOf(entry: Entry, name: string): string | undefined {
  const path = textAt(entry.value, name);
  if (path === undefined || path === '') return undefined;
  return isAbsolute(path) ? path : resolve(entry.directory, path);
}

/** A base64 `…-data` member as text. */
export function dataOf(entry: Entry, name: string): string | undefined {
  const data = textAt(entry.value, name);
  return data === undefined || data === '' ? undefined : Buffer.from(data, 'base64').toString('utf8');
}
