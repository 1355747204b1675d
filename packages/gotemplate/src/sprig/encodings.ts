import { GoError } from '../errors.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import { decodeBase32, decodeBase64, encodeBase32, encodeBase64 } from './base-encoding.ts';

/** Sprig's decoders give the error's text as the result. */
function orMessage(decode: (s: string) => string): (s: string) => string {
  return (s) => {
    try {
      return decode(s);
    } catch (cause) {
      if (cause instanceof GoError) return cause.message;
      throw cause;
    }
  };
}

const decode64 = orMessage(decodeBase64);
const decode32 = orMessage(decodeBase32);

/** Sprig's base64 and base32 functions. */
export const encodingFunctions: FunctionMap = {
  b64enc: def([P.string], (s) => encodeBase64(s)),
  b64dec: def([P.string], (s) => decode64(s)),
  b32enc: def([P.string], (s) => encodeBase32(s)),
  b32dec: def([P.string], (s) => decode32(s)),
};
