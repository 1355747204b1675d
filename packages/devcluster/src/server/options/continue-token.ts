import { jsonProblem } from '../../wire/go-json.ts';
import type { StatusError } from '../answers/status-error.ts';
import { badRequest } from '../answers/status-reasons.ts';

/** Where the next page begins: the version of the first page and the first key that was not sent, as seen from the path of the list. */
export interface ContinueToken {
  readonly revision: number;
  /** `name\0`, or `namespace/name\0` in a list of all namespaces. */
  readonly start: string;
}

/** The key of an object as a list of `namespace` (undefined: of all, or of a kind without namespaces) sees it. */
export function keyInList(entry: { readonly namespace: string; readonly name: string }, namespace: string | undefined): string {
  return namespace === undefined && entry.namespace !== '' ? `${entry.namespace}/${entry.name}` : entry.name;
}

export function encodeContinue({ revision, start }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

/** Throws 400. */
export function decodeContinue(text: string): ContinueToken {
  const odd = [...text].findIndex((char) => !/[A-Za-z0-9_-]/.test(char));
  if (odd >= 0) throw refusal(`illegal base64 data at input byte ${odd}`);
  // no byte fits into one character
  if (text.length % 4 === 1) throw refusal(`illegal base64 data at input byte ${text.length - 1}`);
  // Byte by byte, so that what is no text is named as it stands.
  const decoded = Buffer.from(text, 'base64url').toString('latin1');
  const problem = jsonProblem(decoded, true);
  if (problem !== undefined) throw refusal(problem);
  const value: unknown = JSON.parse(Buffer.from(decoded, 'latin1').toString('utf8'));
  const version = value !== null && typeof value === 'object' && 'v' in value ? value.v : '';
  if (version !== 'meta.k8s.io/v1') throw refusal(`server does not recognize this encoded version ${String(version)}`);
  if (value === null || typeof value !== 'object' || !('rv' in value) || typeof value.rv !== 'number' || value.rv === 0) {
    throw refusal('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (!('start' in value) || typeof value.start !== 'string' || value.start === '')
    throw refusal('encoded start key empty (version meta.k8s.io/v1)');
  return { revision: value.rv, start: value.start };
}

function refusal(why: string): StatusError {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}
