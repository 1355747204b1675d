import { GoError } from '../errors.ts';
import { fromBinary, toBinary } from '../text/binary.ts';
import { quote } from '../text/quote.ts';
import { escapeUrl, isEscaped, unescapeUrl } from './escape.ts';
import { checkIpLiteral } from './ip-literal.ts';

/** Name and password of a URL; no password is not an empty one. */
export interface Userinfo {
  readonly name: string;
  readonly password: string | undefined;
}

/** net/url's URL. The texts are byte strings (see text/binary.ts). */
export interface Url {
  scheme: string;
  opaque: string;
  user: Userinfo | undefined;
  host: string;
  path: string;
  rawPath: string;
  rawQuery: string;
  fragment: string;
  rawFragment: string;
  forceQuery: boolean;
  omitHost: boolean;
}

export function emptyUrl(): Url {
  return {
    scheme: '',
    opaque: '',
    user: undefined,
    host: '',
    path: '',
    rawPath: '',
    rawQuery: '',
    fragment: '',
    rawFragment: '',
    forceQuery: false,
    omitHost: false,
  };
}

function cut(s: string, separator: string): [string, string] {
  const at = s.indexOf(separator);
  return at < 0 ? [s, ''] : [s.slice(0, at), s.slice(at + 1)];
}

function splitScheme(s: string): { scheme: string; rest: string } {
  if (s.startsWith(':')) throw new GoError('missing protocol scheme');
  const m = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(s);
  if (m === null) return { scheme: '', rest: s };
  const scheme = m[1] ?? '';
  return { scheme: scheme.toLowerCase(), rest: s.slice(scheme.length + 1) };
}

function validOptionalPort(s: string): boolean {
  return s === '' || /^:[0-9]*$/.test(s);
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) throw new GoError('invalid IP-literal');
  if (open === 0) return parseBracketed(host);
  const first = host.indexOf(':');
  if (first >= 0) {
    const port = host.slice(scheme === 'http' || scheme === 'https' ? first : host.lastIndexOf(':'));
    if (!validOptionalPort(port)) throw new GoError(`invalid port ${quote(fromBinary(port))} after host`);
  }
  return unescapeUrl(host, 'host');
}

function parseBracketed(host: string): string {
  const close = host.lastIndexOf(']');
  if (close < 0) throw new GoError("missing ']' in host");
  const port = host.slice(close + 1);
  if (!validOptionalPort(port)) throw new GoError(`invalid port ${quote(fromBinary(port))} after host`);
  const name = host.slice(1, close);
  const zone = name.indexOf('%25');
  const address = zone < 0 ? unescapeUrl(name, 'host') : unescapeUrl(name.slice(0, zone), 'host') + unescapeUrl(name.slice(zone), 'zone');
  checkIpLiteral(address);
  return `[${address}]${port}`;
}

function parseUser(text: string): Userinfo {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) throw new GoError('net/url: invalid userinfo');
  const [name, password] = cut(text, ':');
  const unescaped = unescapeUrl(name, 'userPassword');
  return { name: unescaped, password: text.includes(':') ? unescapeUrl(password, 'userPassword') : undefined };
}

function parseAuthority(url: Url, authority: string): void {
  const at = authority.lastIndexOf('@');
  url.host = parseHost(url.scheme, authority.slice(at + 1));
  if (at >= 0) url.user = parseUser(authority.slice(0, at));
}

function parseBody(text: string): Url {
  const url = emptyUrl();
  if (/[\x00-\x1f\x7f]/.test(text)) throw new GoError('net/url: invalid control character in URL');
  if (text === '*') return { ...url, path: '*' };
  const split = splitScheme(text);
  url.scheme = split.scheme;
  let { rest } = split;
  if (rest.endsWith('?') && rest.indexOf('?') === rest.length - 1) {
    url.forceQuery = true;
    rest = rest.slice(0, -1);
  } else [rest, url.rawQuery] = cut(rest, '?');
  if (!rest.startsWith('/')) {
    if (url.scheme !== '') return { ...url, opaque: rest };
    if (cut(rest, '/')[0].includes(':')) throw new GoError('first path segment in URL cannot contain colon');
  }
  if (rest.startsWith('//') && (url.scheme !== '' || !rest.startsWith('///'))) {
    const slash = rest.indexOf('/', 2);
    const end = slash < 0 ? rest.length : slash;
    parseAuthority(url, rest.slice(2, end));
    rest = rest.slice(end);
  } else if (url.scheme !== '' && rest.startsWith('/')) url.omitHost = true;
  url.path = unescapeUrl(rest, 'path');
  url.rawPath = escapeUrl(url.path, 'path') === rest ? '' : rest;
  return url;
}

/** url.Parse of a Go string. Throws {@link GoError} with Go's words. */
export function parseUrl(text: string): Url {
  const raw = toBinary(text);
  const [body, fragment] = cut(raw, '#');
  const fail = (shown: string, cause: unknown): unknown =>
    cause instanceof GoError ? new GoError(`parse ${quote(fromBinary(shown))}: ${cause.message}`) : cause;
  let url: Url;
  try {
    url = parseBody(body);
  } catch (cause) {
    throw fail(body, cause);
  }
  if (fragment === '') return url;
  try {
    url.fragment = unescapeUrl(fragment, 'fragment');
  } catch (cause) {
    throw fail(raw, cause);
  }
  url.rawFragment = escapeUrl(url.fragment, 'fragment') === fragment ? '' : fragment;
  return url;
}

/** URL.Hostname: the host without port and brackets. */
export function hostname(url: Url): string {
  const colon = url.host.lastIndexOf(':');
  const name = colon >= 0 && validOptionalPort(url.host.slice(colon)) ? url.host.slice(0, colon) : url.host;
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

/** Userinfo.String. */
export function userText(user: Userinfo): string {
  const password = user.password === undefined ? '' : `:${escapeUrl(user.password, 'userPassword')}`;
  return escapeUrl(user.name, 'userPassword') + password;
}

/** The raw form, if it is a valid escaping of the plain one. */
function escapedForm(plain: string, raw: string, part: 'path' | 'fragment'): string {
  if (raw !== '' && isEscaped(raw, part)) {
    try {
      if (unescapeUrl(raw, part) === plain) return raw;
    } catch (cause) {
      if (!(cause instanceof GoError)) throw cause;
    }
  }
  return part === 'path' && plain === '*' ? '*' : escapeUrl(plain, part);
}

/** URL.String, as a byte string. */
export function urlText(url: Url): string {
  let out = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') out += url.opaque;
  else {
    const authority = url.scheme !== '' || url.host !== '' || url.user !== undefined;
    if (authority && !(url.omitHost && url.host === '' && url.user === undefined)) {
      if (url.host !== '' || url.path !== '' || url.user !== undefined) out += '//';
      if (url.user !== undefined) out += `${userText(url.user)}@`;
      out += escapeUrl(url.host, 'host');
    }
    const path = escapedForm(url.path, url.rawPath, 'path');
    if (path !== '' && !path.startsWith('/') && url.host !== '') out += '/';
    if (out === '' && cut(path, '/')[0].includes(':')) out += './';
    out += path;
  }
  if (url.forceQuery || url.rawQuery !== '') out += `?${url.rawQuery}`;
  return url.fragment === '' ? out : `${out}#${escapedForm(url.fragment, url.rawFragment, 'fragment')}`;
}
