import { GoError } from '../errors.ts';
import { toBinary } from '../text/binary.ts';
import { DAY, daysBefore, daysFromCivil, daysIn, isLeap, MONTHS, WEEKDAYS } from './civil.ts';
import { fractionStyle, offsetStyle, splitLayout } from './layout.ts';
import type { Location } from './location.ts';
import { fixedZone, LOCAL, UTC } from './location.ts';

/** What a text says: an instant and the zone that it is shown in. */
export interface ParsedTime {
  readonly unixSeconds: number;
  readonly nanosecond: number;
  readonly location: Location;
}

/** An element does not match; the caller words the error. */
class Bad extends Error {}

/** A number is beyond what its element allows; the message names the element. */
class OutOfRange extends Error {}

/** time's own quoting in errors. */
export function quoteTime(s: string): string {
  let out = '"';
  for (const c of toBinary(s)) {
    if (c < ' ' || c >= '\x80') out += `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
    else out += c === '"' || c === '\\' ? `\\${c}` : c;
  }
  return `${out}"`;
}

function isDigit(s: string, i: number): boolean {
  const c = s.charCodeAt(i);
  return c >= 0x30 && c <= 0x39;
}

/** Length of a zone abbreviation at the start of a text, 0 for none (parseTimeZone). */
function zoneLength(s: string): number {
  if (s.length < 3) return 0;
  if (s.startsWith('ChST') || s.startsWith('MeST')) return 4;
  if (s.startsWith('GMT')) return 3 + signedOffsetLength(s.slice(3));
  if (s.startsWith('+') || s.startsWith('-')) return signedOffsetLength(s);
  const upper = /^[A-Z]{0,6}/.exec(s)?.[0].length ?? 0;
  if (upper === 5) return s[4] === 'T' ? 5 : 0;
  if (upper === 4) return s[3] === 'T' || s.startsWith('WITA') ? 4 : 0;
  return upper === 3 ? 3 : 0;
}

function signedOffsetLength(s: string): number {
  const m = /^[+-]([0-9]+)/.exec(s);
  return m === null || Number(m[1]) > 23 ? 0 : m[0].length;
}

/** Reads a text by a layout (Go's time.parse). */
class TimeParser {
  readonly #layout: string;
  readonly #text: string;
  #rest: string;
  #year = 0;
  #month = -1;
  #day = -1;
  #yearDay = -1;
  #hour = 0;
  #minute = 0;
  #second = 0;
  #nanosecond = 0;
  #half: 'am' | 'pm' | undefined;
  #location: Location | undefined;
  #offset: number | undefined;
  #zone = '';

  constructor(layout: string, text: string) {
    this.#layout = layout;
    this.#text = text;
    this.#rest = text;
  }

  #fail(message: string): never {
    throw new GoError(`parsing time ${quoteTime(this.#text)}${message}`);
  }

  #cannot(element: string, value: string): never {
    this.#fail(` as ${quoteTime(this.#layout)}: cannot parse ${quoteTime(value)} as ${quoteTime(element)}`);
  }

  parse(): ParsedTime {
    const chunks = splitLayout(this.#layout);
    chunks.forEach(({ prefix, element }, i) => {
      this.#skip(prefix);
      if (element === '') {
        if (this.#rest !== '') this.#fail(`: extra text: ${quoteTime(this.#rest)}`);
        return;
      }
      const held = this.#rest;
      try {
        this.#element(element, chunks[i + 1]?.element ?? '');
      } catch (cause) {
        if (cause instanceof Bad) this.#cannot(element, held);
        if (cause instanceof OutOfRange) this.#fail(`: ${cause.message} out of range`);
        throw cause;
      }
    });
    return this.#resolve();
  }

  #skip(prefix: string): void {
    let i = 0;
    while (i < prefix.length) {
      if (prefix[i] === ' ') {
        if (this.#rest !== '' && !this.#rest.startsWith(' ')) this.#cannot(prefix, this.#rest);
        while (prefix[i] === ' ') i++;
        this.#rest = this.#rest.replace(/^ +/, '');
        continue;
      }
      if (this.#rest[0] !== prefix[i]) this.#cannot(prefix, this.#rest);
      this.#rest = this.#rest.slice(1);
      i++;
    }
  }

  #take(n: number): string {
    if (this.#rest.length < n) throw new Bad();
    const taken = this.#rest.slice(0, n);
    this.#rest = this.#rest.slice(n);
    return taken;
  }

  /** One or two digits; `fixed` demands two. */
  #number(fixed: boolean): number {
    if (!isDigit(this.#rest, 0) || (fixed && !isDigit(this.#rest, 1))) throw new Bad();
    return Number(this.#take(isDigit(this.#rest, 1) ? 2 : 1));
  }

  #ranged(fixed: boolean, low: number, high: number, what: string): number {
    const n = this.#number(fixed);
    if (n < low || n > high) throw new OutOfRange(what);
    return n;
  }

  #name(names: readonly string[], length: number | undefined): number {
    const short = names.map((n) => n.slice(0, length));
    const i = short.findIndex((n) => this.#rest.slice(0, n.length).toLowerCase() === n.toLowerCase());
    if (i < 0) throw new Bad();
    this.#take(short[i]?.length ?? 0);
    return i;
  }

  #nanoseconds(length: number): void {
    const text = this.#take(length).slice(0, 10);
    if (!/^[.,][+-]?[0-9]+$/.test(text)) throw new Bad();
    const n = Number(text.slice(1));
    if (n < 0) throw new OutOfRange('fractional second');
    this.#nanosecond = n * 10 ** (10 - text.length);
  }

  #element(e: string, next: string): void {
    switch (e) {
      case '06': {
        const text = this.#take(2);
        if (!/^([0-9]{2}|[+-][0-9])$/.test(text)) throw new Bad();
        this.#year = Number(text) + (Number(text) >= 69 ? 1900 : 2000);
        return;
      }
      case '2006': {
        if (!isDigit(this.#rest, 0)) throw new Bad();
        const text = this.#take(4);
        if (!/^[0-9]{4}$/.test(text)) throw new Bad();
        this.#year = Number(text);
        return;
      }
      case 'Jan':
        this.#month = this.#name(MONTHS, 3) + 1;
        return;
      case 'January':
        this.#month = this.#name(MONTHS, undefined) + 1;
        return;
      case '01':
      case '1':
        this.#month = this.#ranged(e === '01', 1, 12, 'month');
        return;
      case 'Mon':
        this.#name(WEEKDAYS, 3);
        return;
      case 'Monday':
        this.#name(WEEKDAYS, undefined);
        return;
      case '2':
      case '_2':
      case '02':
        if (e === '_2' && this.#rest.startsWith(' ')) this.#rest = this.#rest.slice(1);
        this.#day = this.#number(e === '02');
        return;
      case '__2':
      case '002':
        this.#dayOfYear(e);
        return;
      case '15':
        this.#hour = this.#ranged(false, 0, 23, 'hour');
        return;
      case '3':
      case '03':
        this.#hour = this.#ranged(e === '03', 0, 12, 'hour');
        return;
      case '4':
      case '04':
        this.#minute = this.#ranged(e === '04', 0, 59, 'minute');
        return;
      case '5':
      case '05':
        this.#seconds(e, next);
        return;
      case 'PM':
      case 'pm': {
        const text = this.#take(2);
        const [pm, am] = e === 'PM' ? ['PM', 'AM'] : ['pm', 'am'];
        if (text !== pm && text !== am) throw new Bad();
        this.#half = text === pm ? 'pm' : 'am';
        return;
      }
      case 'MST':
        this.#abbreviation();
        return;
      default:
        this.#zoneOrFraction(e);
    }
  }

  #dayOfYear(e: string): void {
    if (e === '__2') this.#rest = this.#rest.replace(/^ {1,2}/, '');
    const digits = /^[0-9]{1,3}/.exec(this.#rest)?.[0] ?? '';
    if (digits === '' || (e === '002' && digits.length !== 3)) throw new Bad();
    this.#yearDay = Number(this.#take(digits.length));
  }

  #seconds(e: string, next: string): void {
    this.#second = this.#ranged(e === '05', 0, 59, 'second');
    // A fraction may follow though the layout has none.
    const fraction = /^[.,][0-9]+/.exec(this.#rest)?.[0];
    if (fraction !== undefined && fractionStyle(next) === undefined) this.#nanoseconds(fraction.length);
  }

  #abbreviation(): void {
    if (this.#rest.startsWith('UTC')) {
      this.#take(3);
      this.#location = UTC;
      return;
    }
    const n = zoneLength(this.#rest);
    if (n === 0) throw new Bad();
    this.#zone = this.#take(n);
  }

  #zoneOrFraction(e: string): void {
    const zone = offsetStyle(e);
    if (zone === undefined) {
      this.#fraction(e);
      return;
    }
    if (zone.z && this.#rest.startsWith('Z')) {
      this.#take(1);
      this.#location = UTC;
      return;
    }
    const separator = zone.colon ? ':' : '';
    const text = this.#take(1 + 2 * zone.parts + separator.length * (zone.parts - 1));
    const m = new RegExp(`^(.)(..)${zone.parts > 1 ? `${separator}(..)` : ''}${zone.parts > 2 ? `${separator}(..)` : ''}$`, 's').exec(text);
    if (m === null) throw new Bad();
    const [hours = 0, minutes = 0, seconds = 0] = [m[2], m[3] ?? '00', m[4] ?? '00'].map((d) =>
      /^[0-9]{2}$/.test(d ?? '') ? Number(d) : Number.NaN,
    );
    if (hours > 24) throw new OutOfRange('time zone offset hour');
    if (minutes > 60) throw new OutOfRange('time zone offset minute');
    if (seconds > 60) throw new OutOfRange('time zone offset second');
    const offset = (hours * 60 + minutes) * 60 + seconds;
    if (Number.isNaN(offset) || (m[1] !== '+' && m[1] !== '-')) throw new Bad();
    this.#offset = m[1] === '-' ? -offset : offset;
  }

  #fraction(e: string): void {
    const style = fractionStyle(e);
    if (style === undefined) throw new Bad();
    if (!style.trim) {
      this.#nanoseconds(1 + style.digits);
      return;
    }
    const found = /^[.,][0-9]+/.exec(this.#rest)?.[0];
    if (found !== undefined) this.#nanoseconds(found.length);
  }

  #resolve(): ParsedTime {
    if (this.#half === 'pm' && this.#hour < 12) this.#hour += 12;
    else if (this.#half === 'am' && this.#hour === 12) this.#hour = 0;
    if (this.#yearDay >= 0) this.#resolveYearDay();
    const month = this.#month < 0 ? 1 : this.#month;
    const day = this.#day < 0 ? 1 : this.#day;
    if (day < 1 || day > daysIn(month, this.#year)) this.#fail(': day out of range');
    const unixSeconds = daysFromCivil(this.#year, month, day) * DAY + this.#hour * 3600 + this.#minute * 60 + this.#second;
    const nanosecond = this.#nanosecond;
    if (this.#location !== undefined) return { unixSeconds, nanosecond, location: this.#location };
    if (this.#offset !== undefined && this.#offset !== -1) {
      const local = this.#offset === 0 && (this.#zone === '' || this.#zone === 'UTC');
      return { unixSeconds: unixSeconds - this.#offset, nanosecond, location: local ? LOCAL : fixedZone(this.#zone, this.#offset) };
    }
    if (this.#zone === '') return { unixSeconds, nanosecond, location: LOCAL };
    // An abbreviation that this zone does not have says nothing but for GMT+n.
    const hours = /^GMT(.+)$/.exec(this.#zone)?.[1];
    return { unixSeconds, nanosecond, location: fixedZone(this.#zone, hours === undefined ? 0 : Number(hours) * 3600) };
  }

  #resolveYearDay(): void {
    let yearDay = this.#yearDay;
    let month = 0;
    let day = 0;
    if (isLeap(this.#year)) {
      if (yearDay === 31 + 29) {
        month = 2;
        day = 29;
      } else if (yearDay > 31 + 29) yearDay--;
    }
    if (yearDay < 1 || yearDay > 365) this.#fail(': day-of-year out of range');
    if (month === 0) {
      month = Math.floor((yearDay - 1) / 31) + 1;
      if (daysBefore(month + 1) < yearDay) month++;
      day = yearDay - daysBefore(month);
    }
    if (this.#month >= 0 && this.#month !== month) this.#fail(': day-of-year does not match month');
    this.#month = month;
    if (this.#day >= 0 && this.#day !== day) this.#fail(': day-of-year does not match day');
    this.#day = day;
  }
}

/** time.ParseInLocation(layout, text, time.Local), Local being UTC. Throws {@link GoError} with Go's words. */
export function parseTime(layout: string, text: string): ParsedTime {
  return new TimeParser(layout, text).parse();
}
