/** Secret variables of a tenant, from the Secret that spec.secretVariablesRef names. */
import { isMap } from '../api/schema.ts';
import type { Tenant } from '../api/types.ts';
import type { Caches } from '../operator/caches.ts';

/** Values by variable; undefined while the Secret is not there. Without a reference there are none. */
export function secretVariables(caches: Pick<Caches, 'secrets'>, tenant: Tenant): Readonly<Record<string, string>> | undefined {
  const ref = tenant.spec.secretVariablesRef;
  if (ref === undefined || ref === '') return {};
  const secret = caches.secrets.get(tenant.metadata.namespace, ref);
  if (!secret) return undefined;
  return decodeSecret(secret['data']);
}

/** The data of a Secret as text. */
export function decodeSecret(data: unknown): Record<string, string> {
  const out: Record<string, string> = {};
  if (isMap(data))
    for (const [name, value] of Object.entries(data)) if (typeof value === 'string') out[name] = Buffer.from(value, 'base64').toString();
  return out;
}
