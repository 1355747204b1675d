import { badRequest } from './status-reasons.ts';

/** Where the next page begins: the version of the first page and the last key that was sent. */
export interface ContinueToken {
  readonly revision: number;
  readonly namespace: string;
  readonly name: string;
}

export function encodeContinue(token: ContinueToken): string {
  const start = token.namespace === '' ? `${token.name}\u0000` : `${token.namespace}/${token.name}\u0000`;
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: token.revision, start })).toString('base64url');
}

/** Throws 400. */
export function decodeContinue(text: string, namespaced: boolean): ContinueToken {
  const parsed = parseToken(text);
  const rest = parsed.start.replace(/\u0000$/, '');
  const slash = namespaced ? rest.indexOf('/') : -1;
  return { revision: parsed.rv, namespace: slash < 0 ? '' : rest.slice(0, slash), name: rest.slice(slash + 1) };
}

function parseToken(text: string): { rv: number; start: string } {
  let value: unknown;
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw badRequest('continue key is not valid: illegal base64 data at input byte 0');
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw badRequest('continue key is not valid: invalid character in the continue key');
  }
  if (value === null || typeof value !== 'object' || !('rv' in value) || !('start' in value))
    throw badRequest('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  const { rv, start } = value;
  if (typeof rv !== 'number' || typeof start !== 'string' || start === '')
    throw badRequest('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  return { rv, start };
}
