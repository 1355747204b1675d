import type { UserInfo } from '../server/contract.ts';

export const AUTHENTICATED = 'system:authenticated';
export const UNAUTHENTICATED = 'system:unauthenticated';
export const MASTERS = 'system:masters';
export const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: [UNAUTHENTICATED] };

const SERVICE_ACCOUNT = 'system:serviceaccount:';

/** The user of a ServiceAccount, with its three groups. */
export function serviceAccountUser(namespace: string, name: string, uid?: string): UserInfo {
  return {
    username: `${SERVICE_ACCOUNT}${namespace}:${name}`,
    groups: serviceAccountGroups(namespace),
    ...(uid === undefined ? {} : { uid }),
  };
}

/** Groups without system:authenticated for impersonation are added by the caller in the server's order. */
export function serviceAccountGroups(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED];
}

/** Namespace and name of a service account's user name, or undefined for other users. */
export function parseServiceAccount(username: string): { namespace: string; name: string } | undefined {
  if (!username.startsWith(SERVICE_ACCOUNT)) return undefined;
  const [namespace, name, more] = username.slice(SERVICE_ACCOUNT.length).split(':');
  return namespace === undefined || name === undefined || more !== undefined || namespace === '' || name === ''
    ? undefined
    : { namespace, name };
}

/** Adds system:authenticated once, at the end. */
export function authenticated(user: UserInfo): UserInfo {
  if (user.groups.includes(AUTHENTICATED) || user.groups.includes(UNAUTHENTICATED)) return user;
  return { ...user, groups: [...user.groups, AUTHENTICATED] };
}
