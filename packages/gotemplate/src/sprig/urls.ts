import { GoError } from '../errors.ts';
import { fromBinary, toBinary } from '../text/binary.ts';
import type { Url } from '../url/url.ts';
import { emptyUrl, hostname, parseUrl, urlText, userText } from '../url/url.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import { kindOf } from '../value/kind.ts';
import type { GoMap } from '../value/map.ts';
import { dict } from '../value/map.ts';
import type { Value } from '../value/value.ts';

function prefixed<R>(prefix: string, run: () => R): R {
  try {
    return run();
  } catch (cause) {
    throw cause instanceof GoError ? new GoError(prefix + cause.message) : cause;
  }
}

function urlParse(s: string): Value {
  const url = prefixed('unable to parse url: ', () => parseUrl(s));
  const parts: [string, string][] = [
    ['scheme', url.scheme],
    ['host', url.host],
    ['hostname', hostname(url)],
    ['path', url.path],
    ['query', url.rawQuery],
    ['opaque', url.opaque],
    ['fragment', url.fragment],
    ['userinfo', url.user === undefined ? '' : userText(url.user)],
  ];
  return dict(parts.map(([k, v]) => [k, fromBinary(v)]));
}

function part(map: GoMap, key: string): string {
  const v = map.get(key);
  if (v === undefined) return '';
  if (typeof v === 'string') return toBinary(v);
  if (v === null) throw new GoError('runtime error: invalid memory address or nil pointer dereference');
  throw new GoError(`unable to parse ${key} key, must be of type string, but ${kindOf(v)} found`);
}

function urlJoin(map: GoMap): Value {
  const url: Url = {
    ...emptyUrl(),
    scheme: part(map, 'scheme'),
    host: part(map, 'host'),
    path: part(map, 'path'),
    rawQuery: part(map, 'query'),
    opaque: part(map, 'opaque'),
    fragment: part(map, 'fragment'),
  };
  const userinfo = part(map, 'userinfo');
  if (userinfo !== '') {
    url.user = prefixed('unable to parse userinfo in dict: ', () => parseUrl(`proto://${fromBinary(userinfo)}@host`)).user;
  }
  return fromBinary(urlText(url));
}

/** Sprig's URL functions. */
export const urlFunctions: FunctionMap = {
  urlParse: def([P.string], urlParse),
  urlJoin: def([P.map], urlJoin),
};
