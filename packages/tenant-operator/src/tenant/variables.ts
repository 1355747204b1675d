/** The variables that a Tenant's templates see. Pure. */

import { toHost } from 'gotemplate/sets/tenant';
import { annotations } from '../api/names.ts';
import type { Tenant } from '../api/types.ts';

export interface TenantVariables {
  /** All texts, secret ones included. */
  values: Readonly<Record<string, string>>;
  /** Names of those that must never be shown. */
  secret: ReadonlySet<string>;
}

const present = (text: string | undefined): text is string => text !== undefined && text !== '';

/** Made by a registry (or another controller): the annotations uid and host are then only for people (DESIGN §10.15). */
const isControlled = (tenant: Tenant): boolean => (tenant.metadata.ownerReferences ?? []).some((owner) => owner.controller === true);

/**
 * Built-in variables, over them those of the row, over them the secret ones; on a Tenant without a controller the annotations uid and host win.
 * A row without host or URL falls back to its uid, one without an activate value counts as active.
 */
export function variablesOf(tenant: Tenant, registryId: string, secrets: Readonly<Record<string, string>>): TenantVariables {
  const { spec, metadata } = tenant;
  const given = spec.variables ?? {};
  const free = !isControlled(tenant);
  const uidOverride = free ? metadata.annotations?.[annotations.uid] : undefined;
  const hostOverride = free ? metadata.annotations?.[annotations.host] : undefined;
  const uid = present(uidOverride) ? uidOverride : spec.uid;
  const hostOrUrl = present(hostOverride) ? hostOverride : present(given['hostOrUrl']) ? given['hostOrUrl'] : uid;
  return {
    values: {
      uid,
      registryId,
      templateRef: spec.templateRef,
      host: toHost(hostOrUrl),
      ...given,
      ...secrets,
      hostOrUrl,
      activate: present(given['activate']) ? given['activate'] : 'true',
      ...(present(uidOverride) ? { uid: uidOverride } : {}),
      ...(present(hostOverride) ? { host: toHost(hostOverride) } : {}),
    },
    secret: new Set(Object.keys(secrets)),
  };
}

/** Replaces secret values in a text; values so short that they would blot out ordinary words are left to the templates' own marks. */
export function redact(text: string, variables: TenantVariables): string {
  let out = text;
  for (const name of variables.secret) {
    const value = variables.values[name];
    if (value !== undefined && value.length >= 3) out = out.replaceAll(value, '<redacted>');
  }
  return out;
}
