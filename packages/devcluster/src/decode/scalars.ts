/** Readers of values without members. Plain Go types note their faults; types that decode themselves end the reading with theirs. */
import type { JsonValue } from '@caretaker/kube';
import { GoDecodeError, mismatch, note, type Place, refuse, spelling, type TypeMismatch } from './place.ts';
import { canonicalQuantity, quantityError } from './quantity.ts';
import { canonicalMicroTime, canonicalTime, timeParseError } from './time.ts';
import { describe, RANGES } from './words.ts';

/** Gives the value as the server would write it. */
export type Read = (value: JsonValue, place: Place) => JsonValue;

export function readInteger(goType: string, type: string): Read {
  const [low, high] = RANGES[type] ?? [0, 0];
  return (value, place) => {
    if (typeof value !== 'number') return note(mismatch(value, goType, 'plain', place), place);
    const fits = Number.isInteger(value) && value >= low && value <= high;
    if (fits && place.numbers === undefined) return value;
    const text = spelling(place, value);
    if (fits && !/[.eE]/.test(text) && (type !== 'int64' || fitsInt64(text))) return value;
    return note(mismatch(value, goType, 'plain', place, `number ${text}`), place);
  };
}

/** Beyond 2^53 the value does not tell, as its neighbours are the same to a double. */
const fitsInt64 = (text: string): boolean => text.length < 19 || BigInt.asIntN(64, BigInt(text)) === BigInt(text);

export function readString(goType: string): Read {
  return (value, place) => (typeof value === 'string' ? value : note(mismatch(value, goType, 'text', place), place));
}

/** Where base64 text ends to be any; undefined when all of it is. */
function base64Fault(value: string): number | undefined {
  const bad = /[^A-Za-z0-9+/=\r\n]/.exec(value);
  if (bad !== null) return bad.index;
  const compact = value.replace(/[\r\n]/g, '');
  const body = compact.replace(/={1,2}$/, '');
  if (body.includes('=')) return body.indexOf('=');
  return compact.length % 4 === 0 ? undefined : Math.floor(body.length / 4) * 4;
}

const readBytes: Read = (value, place) => {
  if (typeof value !== 'string') return note(mismatch(value, '[]uint8', 'list', place), place);
  const at = base64Fault(value);
  if (at === undefined) return value.replace(/[\r\n]/g, '');
  const problem = `illegal base64 data at input byte ${at}`;
  return note(new GoDecodeError(problem, `error decoding from json: ${problem}`), place);
};

const readQuantity: Read = (value, place) => {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? spelling(place, value) : JSON.stringify(value);
  return canonicalQuantity(text) ?? refuse(new GoDecodeError(quantityError(text)), place);
};

/** The refusal of a type's own decoder, which does not know where it is; only the decoder around it adds that. */
function ownMismatch(value: JsonValue, goType: string, place: Place, what = describe(value)): TypeMismatch {
  return mismatch(value, goType, 'plain', place, what, `json: cannot unmarshal ${what} into Go value of type ${goType}`);
}

const readIntOrString: Read = (value, place) => {
  if (typeof value === 'string') return value;
  const text = typeof value === 'number' ? spelling(place, value) : '';
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2147483647 && !/[.eE]/.test(text)) return value;
  const what = typeof value === 'number' ? `number ${text}` : describe(value);
  return refuse(ownMismatch(value, 'int32', place, what), place);
};

function readTimeWith(canonicalise: (text: string) => string | undefined, layout: string): Read {
  return (value, place) => {
    if (typeof value !== 'string') return refuse(ownMismatch(value, 'string', place), place);
    return canonicalise(value) ?? refuse(new GoDecodeError(timeParseError(value, layout)), place);
  };
}

const readDuration: Read = (value, place) => (typeof value === 'string' ? value : refuse(ownMismatch(value, 'string', place), place));

export const readAny: Read = (value) => value;

export const NAMED: Readonly<Record<string, Read>> = {
  bytes: readBytes,
  quantity: readQuantity,
  time: readTimeWith(canonicalTime, '2006-01-02T15:04:05Z07:00'),
  microtime: readTimeWith(canonicalMicroTime, '2006-01-02T15:04:05.000000Z07:00'),
  duration: readDuration,
  intorstring: readIntOrString,
  raw: readAny,
  fields: readAny,
  json: readAny,
  bool: (value, place) => (typeof value === 'boolean' ? value : note(mismatch(value, 'bool', 'plain', place), place)),
  float64: (value, place) => (typeof value === 'number' ? value : note(mismatch(value, 'float64', 'plain', place), place)),
};
