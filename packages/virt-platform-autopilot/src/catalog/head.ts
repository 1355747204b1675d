import { AutopilotError } from '../errors.ts';

/** What an asset's text says about its object before it is rendered. */
export interface AssetHead {
  apiVersion: string;
  kind: string;
  /** When they are literal: the identity to report a fault under before the first rendering. */
  name: string | undefined;
  namespace: string | undefined;
}

/**
 * Reads apiVersion and kind (top level, literal) and, where literal, name and namespace of the only object in a YAML text or template.
 * Watches, gates and RBAC are made from these, so a template must not compute them. Throws `CatalogInvalid`.
 */
export function readHead(path: string, text: string): AssetHead {
  const apiVersion = literals(text, /^apiVersion:[ \t]*(.+?)[ \t]*$/gm);
  const kind = literals(text, /^kind:[ \t]*(.+?)[ \t]*$/gm);
  const single = (found: string[], field: string): string => {
    const [value] = found;
    if (value === undefined)
      throw new AutopilotError('CatalogInvalid', `assets/${path}: no top-level ${field} is written out; a template must not compute it`);
    if (found.length > 1)
      throw new AutopilotError('CatalogInvalid', `assets/${path}: ${field} is there ${found.length} times; a file holds one object`);
    return value;
  };
  const metadata = /^metadata:[ \t]*\n((?:[ \t]+.*\n?|\{\{.*\n?|\n)*)/m.exec(text)?.[1] ?? '';
  return {
    apiVersion: single(apiVersion, 'apiVersion'),
    kind: single(kind, 'kind'),
    name: literals(metadata, /^ {2}name:[ \t]*(.+?)[ \t]*$/gm)[0],
    namespace: literals(metadata, /^ {2}namespace:[ \t]*(.+?)[ \t]*$/gm)[0],
  };
}

function literals(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const value = (match[1] ?? '').replace(/^(["'])(.*)\1$/, '$2');
    return value === '' || value.includes('{{') ? [] : [value];
  });
}
