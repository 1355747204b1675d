/** String formats that the API server checks; others are accepted. */
import { isIPv6 } from 'node:net';
import { dnsLabel, dnsSubdomain } from '../validation/parts/formats.ts';

const isUri = (text: string): boolean =>
  (text.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(text)) && !/^[A-Za-z][A-Za-z0-9+.-]*:\/\/\[[^\]/]*(\/|$)/.test(text);
const HOSTNAME =
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.))+([a-zA-Z\p{L}]){2,63})$/u;
const isHostname = (text: string): boolean =>
  HOSTNAME.test(text) && Buffer.byteLength(text) <= 255 && text.split('.').every((part) => Buffer.byteLength(part) <= 63);

/** An address, or a name with an address in angle brackets. */
const isEmail = (text: string): boolean =>
  /^(?:[^<>@,;:"]*<([^\s<>@]+@[^\s<>@]+)>|([^\s<>@]+@[^\s<>@]+))$/.test(text.trim()) && !text.includes('..') && !/\.@|@\.|\.>?$/.test(text);

/** Leading zeros are not octal. */
const isV4 = (text: string): boolean => /^\d+(\.\d+){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);

const isDateTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/.test(text) &&
  isDate(text.slice(0, 10)) &&
  !Number.isNaN(Date.parse(text));

/** A day that the calendar has. */
function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const UNITS = [
  ['ns', 'nano'],
  ['us', 'µs', 'micro'],
  ['ms', 'milli'],
  ['s', 'sec'],
  ['m', 'min'],
  ['h', 'hr', 'hour'],
  ['d', 'day'],
  ['w', 'wk', 'week'],
];

const isUnit = (unit: string): boolean => UNITS.some((names) => names.includes(unit) || unit.startsWith(names[names.length - 1] ?? ' '));

/** Go's durations, and any text with a number and a unit, of which the last name may be longer (weeks). */
const isDuration = (text: string): boolean =>
  /^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$/.test(text) ||
  /^[+-]?0$/.test(text) ||
  [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)].some(([, unit = '']) => isUnit(unit.toLowerCase()));

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d+$/.test(bits)) return false;
  return (isV4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID3 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const uuidOf = (version: string): RegExp =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$`, 'i');

/** The weighted sum of an ISBN's digits. */
function isIsbn(text: string, size: 10 | 13): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!(size === 10 ? /^(\d{9}X|\d{10})$/ : /^\d{13}$/).test(digits)) return false;
  const weight = (i: number): number => (size === 10 ? 10 - i : i % 2 === 0 ? 1 : 3);
  const sum = [...digits].reduce((total, digit, i) => total + weight(i) * (digit === 'X' ? 10 : Number(digit)), 0);
  return sum % (size === 10 ? 11 : 10) === 0;
}

const CARD =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|(222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11}|6[27]\d{14})$/;

function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D+/g, '');
  if (!CARD.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const isMac = (text: string): boolean =>
  [6, 8, 20].some(
    (size) =>
      new RegExp(`^[0-9a-f]{2}(:[0-9a-f]{2}){${size - 1}}$`, 'i').test(text) ||
      new RegExp(`^[0-9a-f]{2}(-[0-9a-f]{2}){${size - 1}}$`, 'i').test(text) ||
      new RegExp(`^[0-9a-f]{4}(\\.[0-9a-f]{4}){${size / 2 - 1}}$`, 'i').test(text),
  );

const UUID4 = uuidOf('4');
const UUID5 = uuidOf('5');
const isIp = (text: string): boolean => isV4(text) || (isIPv6(text) && !text.includes('%'));
const RGB = '\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*';
const RGB_COLOR = new RegExp(`^rgb\\(${RGB},${RGB},${RGB}\\)$`);

export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  uri: isUri,
  email: isEmail,
  hostname: isHostname,
  ipv4: (text) => isIp(text) && text.includes('.'),
  ipv6: (text) => isIp(text) && text.includes(':'),
  cidr: isCidr,
  mac: isMac,
  uuid: (text) => UUID.test(text),
  uuid3: (text) => UUID3.test(text),
  uuid4: (text) => UUID4.test(text),
  uuid5: (text) => UUID5.test(text),
  byte: (text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  'date-time': isDateTime,
  isbn: (text) => isIsbn(text, 10) || isIsbn(text, 13),
  isbn10: (text) => isIsbn(text, 10),
  isbn13: (text) => isIsbn(text, 13),
  creditcard: isCreditCard,
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  'k8s-short-name': (text) => dnsLabel(text).length === 0,
  'k8s-long-name': (text) => dnsSubdomain(text).length === 0,
  bsonobjectid: (text) => /^[0-9a-f]{24}$/i.test(text),
  rgbcolor: (text) => RGB_COLOR.test(text),
  hexcolor: (text) => /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text),
};

/** Formats of strings that are known, without their dashes; `password` takes anything. */
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(FORMATS).map((name) => name.replace(/-/g, '')), 'password']);

/** Whether the server knows a format for values of a type; others are ignored with a warning. */
export function isKnownFormat(type: string, format: string): boolean {
  switch (type) {
    case '':
    case 'string':
      return KNOWN.has(format.replace(/-/g, ''));
    case 'integer':
      return format === 'int32' || format === 'int64';
    case 'number':
      return format === 'float' || format === 'double';
    default:
      return false;
  }
}
