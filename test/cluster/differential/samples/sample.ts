/** An object that the sweep bends, and what samples share. */
import type { JsonObject } from '../shapes.ts';

export interface Sample {
  readonly path: string;
  readonly object: JsonObject;
  /** `create`: it is never stored, for it would change how the server works. */
  readonly only?: 'create' | undefined;
}

export const labels = { app: 'web' };

export const core = (plural: string, kind: string, rest: JsonObject): Sample => named('v1', plural, kind, rest);

const rootOf = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

export const named = (apiVersion: string, plural: string, kind: string, rest: JsonObject, name = 'sample'): Sample => ({
  path: `${rootOf(apiVersion)}/namespaces/{{namespace}}/${plural}`,
  object: { apiVersion, kind, metadata: { name, labels: { ...labels } }, ...rest },
});

export const cluster = (
  apiVersion: string,
  plural: string,
  kind: string,
  rest: JsonObject,
  name = 'sample-{{namespace}}',
  only?: Sample['only'],
): Sample => ({
  path: `${rootOf(apiVersion)}/${plural}`,
  object: { apiVersion, kind, metadata: { name }, ...rest },
  only,
});

export const selector = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'Exists' }] };
export const plainSelector = { matchLabels: { app: 'web' } };
