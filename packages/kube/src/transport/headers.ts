import type { Credential, Impersonation } from '../config/cluster-config.ts';

export type Headers = Record<string, string | string[]>;

/** The request's own headers, who we are, and whom we act as. */
export function requestHeaders(
  own: Readonly<Record<string, string>>,
  credential: Credential,
  impersonate: Impersonation | undefined,
): Headers {
  const headers: Headers = { ...own };
  if (credential.authorization !== undefined) headers['authorization'] = credential.authorization;
  if (impersonate !== undefined) Object.assign(headers, impersonationHeaders(impersonate));
  return headers;
}

function impersonationHeaders(who: Impersonation): Headers {
  const headers: Headers = { 'impersonate-user': who.user };
  if (who.uid !== undefined) headers['impersonate-uid'] = who.uid;
  if (who.groups.length > 0) headers['impersonate-group'] = [...who.groups];
  for (const [key, values] of Object.entries(who.extra))
    headers[`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`] = [...values];
  return headers;
}
