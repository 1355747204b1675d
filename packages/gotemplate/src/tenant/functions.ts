import { GoError } from '../errors.ts';
import { decodeJson } from '../json/decode.ts';
import { truncate } from '../sprig/substring.ts';
import { fromBinary } from '../text/binary.ts';
import type { Url } from '../url/url.ts';
import { hostname, parseUrl } from '../url/url.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import { dict } from '../value/map.ts';

/** Bytes in a Kubernetes name or label value. */
const NAME_LENGTH = 63;

function tryParse(s: string): Url | undefined {
  try {
    return parseUrl(s);
  } catch (cause) {
    if (cause instanceof GoError) return undefined;
    throw cause;
  }
}

/** The host of a URL without its port; of anything else the text before the first colon. */
export function toHost(s: string): string {
  const url = tryParse(s);
  if (url !== undefined && url.host !== '') return fromBinary(hostname(url));
  const colon = s.indexOf(':');
  return colon < 0 ? s : s.slice(0, colon);
}

/** The tenant operator's own functions; sha1sum is Sprig's. */
export const tenantFunctions: FunctionMap = {
  toHost: def([P.string], (s) => toHost(s)),
  trunc63: def([P.string], (s) => truncate(NAME_LENGTH, s)),
  fromJson: def([P.string], (s) => {
    const { value, error } = decodeJson(s);
    return error === undefined ? value : dict();
  }),
};
