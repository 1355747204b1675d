import type { StatusError } from '../server/answers/status-error.ts';
import { badRequest } from '../server/answers/status-reasons.ts';
import type { UserInfo } from '../server/contract.ts';
import { accessDenied } from './access-denied.ts';
import type { AccessAttributes, Authorizer } from './authorizer.ts';
import { ANONYMOUS, AUTHENTICATED, MASTERS, parseServiceAccount, serviceAccountGroups, UNAUTHENTICATED } from './user.ts';

/** Whom the headers ask to be, as they stand there. */
interface WantedUser {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

type Mode = 'associated-node' | 'arbitrary-node' | 'serviceaccount' | 'user-info' | 'legacy';

const AUTHENTICATION = 'authentication.k8s.io';
const EXTRA_PREFIX = 'impersonate-extra-';

/** Impersonate-* headers: constrained modes first (1.36), then the old verb. Remembers the mode that worked for a user, whose refusal then comes first. */
export class Impersonator {
  readonly #authorizer: Authorizer;
  readonly #lastMode = new Map<string, Mode>();

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  /** The user to act as; `requestor` when no header asks for another. Throws StatusError 400 or 403. */
  resolve(requestor: UserInfo, headers: Readonly<Record<string, string>>, attributes: AccessAttributes): UserInfo {
    const wanted = readHeaders(headers);
    if (wanted === undefined) return requestor;
    const last = this.#lastMode.get(requestor.username);
    const modes = applicableModes(wanted);
    const order = last === undefined ? modes : [last, ...modes.filter((mode) => mode !== last)].filter((mode) => modes.includes(mode));
    let refusal: StatusError | undefined;
    for (const mode of order) {
      const problem = this.#check(mode, requestor, wanted, attributes);
      if (problem === undefined) {
        this.#lastMode.set(requestor.username, mode);
        return actual(wanted, mode);
      }
      refusal ??= problem;
    }
    throw refusal ?? badRequest('all impersonation modes failed');
  }

  #check(mode: Mode, requestor: UserInfo, wanted: WantedUser, attributes: AccessAttributes): StatusError | undefined {
    const legacy = mode === 'legacy';
    const verb = legacy ? 'impersonate' : `impersonate:${mode}`;
    if (!legacy) {
      const refused = this.#allowed(requestor, { ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` });
      if (refused !== undefined) return refused;
    }
    const group = legacy ? '' : AUTHENTICATION;
    const account = parseServiceAccount(wanted.username);
    const subject: AccessAttributes =
      account === undefined
        ? { verb, group, resource: 'users', name: wanted.username }
        : { verb, group, resource: 'serviceaccounts', namespace: account.namespace, name: account.name };
    return (
      this.#allowed(requestor, subject) ??
      (wanted.uid === '' ? undefined : this.#allowed(requestor, { verb, group: AUTHENTICATION, resource: 'uids', name: wanted.uid })) ??
      this.#groups(requestor, wanted, verb, group, legacy) ??
      this.#extras(requestor, wanted, verb, legacy)
    );
  }

  #groups(requestor: UserInfo, wanted: WantedUser, verb: string, group: string, legacy: boolean): StatusError | undefined {
    const all = { verb, group, resource: 'groups' };
    if (!legacy) {
      if (wanted.groups.includes('')) return accessDenied(requestor, all, 'impersonating the empty string group is not allowed');
      if (wanted.groups.includes(MASTERS))
        return accessDenied(requestor, { ...all, name: MASTERS }, 'impersonating the system:masters group is not allowed');
      if (wanted.groups.length >= MANY && this.#allowed(requestor, { ...all, name: '*' }) === undefined) return undefined;
    }
    for (const name of wanted.groups) {
      const refused = this.#allowed(requestor, { verb, group, resource: 'groups', name });
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  #extras(requestor: UserInfo, wanted: WantedUser, verb: string, legacy: boolean): StatusError | undefined {
    const all = { verb, group: AUTHENTICATION, resource: 'userextras' };
    if (!legacy) {
      const problem = extraProblem(wanted.extra);
      if (problem !== undefined) return accessDenied(requestor, all, problem);
      const count = Object.values(wanted.extra).flat().length;
      if (count >= MANY && this.#allowed(requestor, { ...all, subresource: '*', name: '*' }) === undefined) return undefined;
    }
    for (const [key, values] of Object.entries(wanted.extra)) {
      for (const name of values) {
        const refused = this.#allowed(requestor, { ...all, subresource: key, name });
        if (refused !== undefined) return refused;
      }
    }
    return undefined;
  }

  #allowed(requestor: UserInfo, attributes: AccessAttributes): StatusError | undefined {
    const decision = this.#authorizer.decide(requestor, attributes);
    return decision.allowed ? undefined : accessDenied(requestor, attributes, decision.reason);
  }
}

/** Modes whose rules fit the wanted user, the narrow ones first. */
function applicableModes(wanted: WantedUser): Mode[] {
  const onlyName = wanted.uid === '' && wanted.groups.length === 0 && Object.keys(wanted.extra).length === 0;
  const node = wanted.username.startsWith('system:node:');
  const account = parseServiceAccount(wanted.username) !== undefined;
  if (node) return onlyName ? ['arbitrary-node', 'legacy'] : ['legacy'];
  if (account) return onlyName ? ['serviceaccount', 'legacy'] : ['legacy'];
  return ['user-info', 'legacy'];
}

/** From so many groups or extras on, the right to all of them is asked for first. */
const MANY = 4;

/** Extras that may not be asked for by the constrained verbs, whoever asks. */
function extraProblem(extra: WantedUser['extra']): string | undefined {
  for (const [key, values] of Object.entries(extra)) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed';
    const [domain = '', ...path] = key.split('/');
    if (path.length === 0 || domain === '' || path.join('/') === '')
      return `impersonating an invalid key in extra is not allowed: extra.key: Invalid value: ${JSON.stringify(key)}: must be a domain-prefixed path (such as "acme.io/foo")`;
    if (key !== key.toLowerCase()) return `impersonating a non-lowercase key in extra is not allowed: ${JSON.stringify(key)}`;
    if (values.length === 0) return 'impersonating empty values in extra is not allowed';
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed';
  }
  return undefined;
}

function actual(wanted: WantedUser, mode: Mode): UserInfo {
  const account = parseServiceAccount(wanted.username);
  const node = mode === 'arbitrary-node' ? ['system:nodes'] : [...wanted.groups];
  const base = wanted.groups.length === 0 && account !== undefined ? serviceAccountGroups(account.namespace) : node;
  const implied = wanted.username === ANONYMOUS.username ? UNAUTHENTICATED : AUTHENTICATED;
  const groups = base.includes(UNAUTHENTICATED) || base.includes(implied) ? base : [...base, implied];
  return {
    username: wanted.username,
    groups,
    ...(wanted.uid === '' ? {} : { uid: wanted.uid }),
    ...(Object.keys(wanted.extra).length === 0 ? {} : { extra: wanted.extra }),
  };
}

function readHeaders(headers: Readonly<Record<string, string>>): WantedUser | undefined {
  const username = headers['impersonate-user'] ?? '';
  const uid = headers['impersonate-uid'] ?? '';
  const groups = splitHeader(headers['impersonate-group']);
  const extra: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(EXTRA_PREFIX)) extra[decodeURIComponent(name.slice(EXTRA_PREFIX.length))] = splitHeader(value);
  }
  if (username !== '') return { username, uid, groups, extra };
  if (uid === '' && groups.length === 0 && Object.keys(extra).length === 0) return undefined;
  throw badRequest(`requested ${goUser(uid, groups, extra)} without impersonating a user name`);
}

/** Several headers of one name arrive joined by a line break, which none of them can hold. */
function splitHeader(value: string | undefined): string[] {
  return value === undefined ? [] : value.split('\n').map((part) => part.trim());
}

/** The wanted user as Go's %#v prints it. */
function goUser(uid: string, groups: readonly string[], extra: Readonly<Record<string, readonly string[]>>): string {
  const list = (values: readonly string[]): string => `[]string{${values.map((value) => JSON.stringify(value)).join(', ')}}`;
  const entries = Object.entries(extra).map(([key, values]) => `${JSON.stringify(key)}:${list(values)}`);
  const goExtra = entries.length === 0 ? 'map[string][]string(nil)' : `map[string][]string{${entries.join(', ')}}`;
  const goGroups = groups.length === 0 ? '[]string(nil)' : list(groups);
  return `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${goGroups}, Extra:${goExtra}}`;
}
