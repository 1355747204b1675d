import { GoError } from '../errors.ts';
import { decodeJson } from '../json/decode.ts';
import { encodeJson, indentJson } from '../json/encode.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import type { Value } from '../value/value.ts';

function orEmpty(encode: () => string): string {
  try {
    return encode();
  } catch (cause) {
    if (cause instanceof GoError && cause.limit === undefined) return '';
    throw cause;
  }
}

function mustDecode(s: string): Value {
  const { value, error } = decodeJson(s);
  if (error !== undefined) throw error;
  return value;
}

const plain = (v: Value): string => encodeJson(v, true);
const pretty = (v: Value): string => indentJson(encodeJson(v, true));
const raw = (v: Value): string => encodeJson(v, false);

/** Sprig's JSON functions. toRawJson fails like its must… form; the others give an empty text instead. */
export const jsonFunctions: FunctionMap = {
  fromJson: def([P.string], (s) => decodeJson(s).value),
  mustFromJson: def([P.string], mustDecode),
  toJson: def([P.any], (v) => orEmpty(() => plain(v))),
  mustToJson: def([P.any], plain),
  toPrettyJson: def([P.any], (v) => orEmpty(() => pretty(v))),
  mustToPrettyJson: def([P.any], pretty),
  toRawJson: def([P.any], raw),
  mustToRawJson: def([P.any], raw),
};
