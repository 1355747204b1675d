import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { TypeInfo } from '../schema/contract.ts';

let documents: ReadonlyMap<string, string> | undefined;

/** `paths` of the document of each built-in group version, as JSON, by the name in the index; unpacked on first use. */
function pathTexts(): ReadonlyMap<string, string> {
  documents ??= readPaths();
  return documents;
}

function readPaths(): Map<string, string> {
  const text = brotliDecompressSync(readFileSync(new URL('../generated/openapi/paths.br', import.meta.url))).toString('utf8');
  return new Map(
    text
      .trimEnd()
      .split('\n')
      .map((line): [string, string] => {
        const tab = line.indexOf('\t');
        return [line.slice(0, tab), line.slice(tab + 1)];
      }),
  );
}

const TEMPLATE = 'custom/';

/** Names in the index that stand for what is built in. */
export function builtinDocuments(): string[] {
  return [...pathTexts().keys()].filter((name) => !name.startsWith(TEMPLATE));
}

export function builtinPaths(name: string): string | undefined {
  return name.startsWith(TEMPLATE) ? undefined : pathTexts().get(name);
}

/** The paths of a custom kind. */
export function customPaths(type: TypeInfo): Record<string, unknown> {
  const words: Readonly<Record<string, string>> = {
    reversed: type.group.split('.').reverse().join('.'),
    group: type.group,
    Group: camel(type.group),
    groupTag: lowerFirst(camel(type.group)),
    version: type.version,
    Version: upperFirst(type.version),
    kind: type.kind,
    listKind: type.listKind,
    plural: type.plural,
  };
  const template = pathTexts().get(`${TEMPLATE}${type.namespaced ? 'Namespaced' : 'Cluster'}`) ?? '{}';
  const text = template.replace(/\{\{(\w+)\}\}/g, (_, word: string) => words[word] ?? '');
  const paths = JSON.parse(text) as Record<string, unknown>;
  const missing = ['status', 'scale'].filter((name) => !type.subresources.has(name));
  return Object.fromEntries(Object.entries(paths).filter(([path]) => !missing.some((name) => path.endsWith(`/{name}/${name}`))));
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** `stable.example.com` -> `StableExampleCom`. */
const camel = (group: string): string => group.split(/[.-]/).map(upperFirst).join('');
