import { GoError } from '../errors.ts';
import { jsonString } from '../json/encode.ts';
import { quote } from '../text/quote.ts';
import { GoFunction } from '../value/function.ts';
import { int, int64, NamedInt } from '../value/number.ts';
import { GoObject } from '../value/object.ts';
import type { GoType } from '../value/types.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import type { Civil } from './civil.ts';
import { civilFromSeconds, DAY, daysFromCivil, MONTHS, WEEKDAYS } from './civil.ts';
import { durationText } from './duration.ts';
import { formatTime } from './format.ts';
import type { Location } from './location.ts';
import { LOCAL, UTC } from './location.ts';

/** time.Time as a parameter type. */
export const TIME: GoType = { kind: 'struct', name: 'time.Time' };
const DURATION: GoType = { kind: 'int64', name: 'time.Duration' };
const MONTH: GoType = { kind: 'int', name: 'time.Month' };
const WEEKDAY: GoType = { kind: 'int', name: 'time.Weekday' };

const NANOS = 1_000_000_000n;
/** Unix seconds of year 1, Go's zero time. */
const ZERO_SECONDS = -62_135_596_800;
const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';

/** A duration as a value: nanoseconds that print as 1h30m0s. */
export function durationValue(nanoseconds: bigint): NamedInt {
  const d = BigInt.asIntN(64, nanoseconds);
  return new NamedInt(DURATION, d, durationText(d));
}

/** Go's time.Time, with the methods that a template is likely to call. */
export class Time extends GoObject {
  readonly type = TIME;
  readonly unixSeconds: number;
  readonly nanosecond: number;
  readonly location: Location;

  constructor(unixSeconds: number, nanosecond = 0, location: Location = UTC) {
    super();
    this.unixSeconds = unixSeconds;
    this.nanosecond = nanosecond;
    this.location = location;
  }

  /** The zero time, which a failed parse gives. */
  static readonly zero = new Time(ZERO_SECONDS);

  get civil(): Civil {
    return civilFromSeconds(this.unixSeconds + this.offset);
  }

  get offset(): number {
    return this.location.lookup(this.unixSeconds).offset;
  }

  format(layout: string): string {
    const { offset, abbreviation } = this.location.lookup(this.unixSeconds);
    return formatTime({ civil: this.civil, nanosecond: this.nanosecond, offset, abbreviation }, layout);
  }

  in(location: Location): Time {
    return new Time(this.unixSeconds, this.nanosecond, location);
  }

  /** Later by some nanoseconds. */
  add(nanoseconds: bigint): Time {
    const total = BigInt(this.nanosecond) + nanoseconds;
    const nanos = ((total % NANOS) + NANOS) % NANOS;
    return new Time(this.unixSeconds + Number((total - nanos) / NANOS), Number(nanos), this.location);
  }

  /** Nanoseconds since 1970. */
  get unixNanos(): bigint {
    return BigInt(this.unixSeconds) * NANOS + BigInt(this.nanosecond);
  }

  addDate(years: number, months: number, days: number): Time {
    const { civil, offset } = this;
    const day = daysFromCivil(civil.year + years, civil.month + months, 1) + civil.day - 1 + days;
    const clock = civil.hour * 3600 + civil.minute * 60 + civil.second;
    return new Time(day * DAY + clock - offset, this.nanosecond, this.location);
  }

  compare(other: Time): number {
    return Math.sign(this.unixSeconds - other.unixSeconds || this.nanosecond - other.nanosecond);
  }

  override toText(): string {
    return this.format('2006-01-02 15:04:05.999999999 -0700 MST');
  }

  override toGoText(): string {
    const c = this.civil;
    const { name } = this.location;
    const location = this.location === UTC || this.location === LOCAL ? `time.${name}` : `time.Location(${quote(name)})`;
    const clock = [c.day, c.hour, c.minute, c.second, this.nanosecond].join(', ');
    return `time.Date(${c.year}, time.${MONTHS[c.month - 1] ?? ''}, ${clock}, ${location})`;
  }

  override toJsonText(): string {
    if (this.civil.year < 0 || this.civil.year >= 10_000) {
      throw new GoError('json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: year outside of range [0,9999]');
    }
    return jsonString(this.format(RFC3339_NANO), false);
  }

  override equals(other: GoObject): boolean {
    return other instanceof Time && this.compare(other) === 0 && this.location === other.location;
  }

  override method(name: string): GoFunction | undefined {
    const getter = this.#getter(name);
    return getter === undefined ? this.#operation(name) : new GoFunction([], false, getter);
  }

  #getter(name: string): (() => Value) | undefined {
    const c = this.civil;
    const numbers: Readonly<Record<string, number>> = {
      Year: c.year,
      Day: c.day,
      Hour: c.hour,
      Minute: c.minute,
      Second: c.second,
      Nanosecond: this.nanosecond,
      YearDay: c.yearDay,
    };
    const n = Object.hasOwn(numbers, name) ? numbers[name] : undefined;
    if (n !== undefined) return () => int(n);
    switch (name) {
      case 'Month':
        return () => new NamedInt(MONTH, BigInt(c.month), MONTHS[c.month - 1] ?? '');
      case 'Weekday':
        return () => new NamedInt(WEEKDAY, BigInt(c.weekday), WEEKDAYS[c.weekday] ?? '');
      case 'Unix':
        return () => int64(this.unixSeconds);
      case 'UnixMilli':
        return () => int64(this.unixNanos / 1_000_000n);
      case 'UnixMicro':
        return () => int64(this.unixNanos / 1000n);
      case 'UnixNano':
        return () => int64(this.unixNanos);
      case 'IsZero':
        return () => this.unixSeconds === ZERO_SECONDS && this.nanosecond === 0;
      case 'UTC':
        return () => this.in(UTC);
      case 'Local':
        return () => this.in(LOCAL);
      case 'GoString':
        return () => this.toGoText();
      case 'String':
        return () => this.toText();
      default:
        return undefined;
    }
  }

  #operation(name: string): GoFunction | undefined {
    const withTime = (f: (other: Time) => Value): GoFunction => new GoFunction([TIME], false, ([t]) => (t instanceof Time ? f(t) : null));
    switch (name) {
      case 'Format':
        return new GoFunction([T.string], false, ([layout]) => this.format(typeof layout === 'string' ? layout : ''));
      case 'Before':
        return withTime((t) => this.compare(t) < 0);
      case 'After':
        return withTime((t) => this.compare(t) > 0);
      case 'Equal':
        return withTime((t) => this.compare(t) === 0);
      case 'Compare':
        return withTime((t) => int(this.compare(t)));
      case 'Sub':
        return withTime((t) => durationValue(clamp(this.unixNanos - t.unixNanos)));
      case 'Add':
        return new GoFunction([DURATION], false, ([d]) => this.add(nanosOf(d)));
      case 'AddDate':
        return new GoFunction([T.int, T.int, T.int], false, (args) => {
          const [years = 0, months = 0, days = 0] = args.map((a) => Number(nanosOf(a)));
          return this.addDate(years, months, days);
        });
      default:
        return undefined;
    }
  }
}

function nanosOf(v: Value): bigint {
  return typeof v === 'object' && v !== null && 'big' in v ? v.big : 0n;
}

const MAX_DURATION = (1n << 63n) - 1n;

/** Differences beyond 292 years are the longest duration. */
function clamp(d: bigint): bigint {
  if (d > MAX_DURATION) return MAX_DURATION;
  return d < -MAX_DURATION - 1n ? -MAX_DURATION - 1n : d;
}
