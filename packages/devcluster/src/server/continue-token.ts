import { jsonProblem } from '../wire/go-json.ts';
import type { StatusError } from './status-error.ts';
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
  const odd = [...text].findIndex((char) => !/[A-Za-z0-9_-]/.test(char));
  if (odd >= 0) throw refusal(`illegal base64 data at input byte ${odd}`);
  // Byte by byte, so that what is no text is named as it stands.
  const decoded = Buffer.from(text, 'base64url').toString('latin1');
  const problem = jsonProblem(decoded);
  if (problem !== undefined) throw refusal(problem);
  const value: unknown = JSON.parse(Buffer.from(decoded, 'latin1').toString('utf8'));
  if (value === null || typeof value !== 'object' || !('rv' in value) || typeof value.rv !== 'number' || value.rv === 0) {
    throw refusal('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (!('start' in value) || typeof value.start !== 'string' || value.start === '')
    throw refusal('encoded start key empty (version meta.k8s.io/v1)');
  return { rv: value.rv, start: value.start };
}

function refusal(why: string): StatusError {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}
