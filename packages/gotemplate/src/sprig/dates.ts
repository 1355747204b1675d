import { GoError } from '../errors.ts';
import { parseInt64 } from '../text/strconv.ts';
import { durationText, HOUR, MINUTE, parseDuration, SECOND } from '../time/duration.ts';
import { loadLocation, UTC } from '../time/location.ts';
import { parseTime } from '../time/parse.ts';
import { TIME, Time } from '../time/time.ts';
import type { Param } from '../value/define.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import { Int } from '../value/number.ts';
import type { Value } from '../value/value.ts';

/** Gives the milliseconds since 1970; a host that wants templates to know the time hands one over. */
export type Clock = () => number;

const timeParam: Param<Time> = { type: TIME };

function nowFrom(clock: Clock | undefined): Time {
  if (clock === undefined) throw new GoError('the current time is not available to templates');
  const ms = clock();
  const seconds = Math.floor(ms / 1000);
  return new Time(seconds, Math.round((ms - seconds * 1000) * 1_000_000));
}

/** A time, or an int, int64 or int32 as Unix seconds; anything else is the current time. */
function toTime(v: Value, clock: Clock | undefined): Time {
  if (v instanceof Time) return v;
  if (v instanceof Int && ['int', 'int64', 'int32'].includes(v.type.name)) return new Time(v.toNumber());
  return nowFrom(clock);
}

function dateInZone(layout: string, v: Value, zone: string, clock: Clock | undefined): string {
  return toTime(v, clock)
    .in(loadLocation(zone) ?? UTC)
    .format(layout);
}

function parsed(layout: string, text: string): Time {
  const { unixSeconds, nanosecond, location } = parseTime(layout, text);
  return new Time(unixSeconds, nanosecond, location);
}

function quietly<R>(run: () => R, otherwise: R): R {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof GoError) return otherwise;
    throw cause;
  }
}

/** Sprig's duration: seconds in an int64 or a text; an int gives 0s. */
function duration(v: Value): string {
  if (v instanceof Int && v.type.name === 'int64') return durationText(BigInt.asIntN(64, v.big * SECOND));
  if (typeof v !== 'string') return '0s';
  const n = parseInt64(v, 10);
  const max = (1n << 63n) - 1n;
  const seconds = typeof n === 'bigint' ? n : n === 'syntax' ? 0n : v.startsWith('-') ? -max - 1n : max;
  return durationText(BigInt.asIntN(64, seconds * SECOND));
}

const DAY = 24n * HOUR;
const UNITS: readonly (readonly [string, bigint])[] = [
  ['y', 365n * DAY],
  ['mo', 30n * DAY],
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
];

function roundDuration(d: bigint): string {
  const u = d < 0n ? -d : d;
  const unit = UNITS.find(([, size]) => u > size);
  return unit === undefined ? '0s' : `${u / unit[1]}${unit[0]}`;
}

function durationRound(v: Value, clock: Clock | undefined): string {
  if (typeof v === 'string') return roundDuration(quietly(() => parseDuration(v), 0n));
  if (v instanceof Int && v.type.name === 'int64') return roundDuration(v.big);
  if (v instanceof Time) return roundDuration(nowFrom(clock).unixNanos - v.unixNanos);
  return '0s';
}

function ago(v: Value, clock: Clock | undefined): string {
  const now = nowFrom(clock);
  const since = now.unixNanos - toTime(v, clock).unixNanos;
  const rounded = ((since < 0n ? -since : since) + SECOND / 2n) / SECOND;
  return durationText((since < 0n ? -rounded : rounded) * SECOND);
}

/**
 * Sprig's dates. The local time zone is UTC. Without a clock `now` and `ago` do not exist, and the others fail where Sprig would
 * take the current time.
 */
export function dateFunctions(clock?: Clock): FunctionMap {
  const inZone = def([P.string, P.any, P.string], (layout, v, zone) => dateInZone(layout, v, zone, clock));
  const modify = def([P.string, timeParam], (d, t) => t.add(quietly(() => parseDuration(d), 0n)));
  const mustModify = def([P.string, timeParam], (d, t) => t.add(parseDuration(d)));
  const timed: FunctionMap = { now: def([], () => nowFrom(clock)), ago: def([P.any], (v) => ago(v, clock)) };
  return {
    date: def([P.string, P.any], (layout, v) => dateInZone(layout, v, 'Local', clock)),
    dateInZone: inZone,
    date_in_zone: inZone,
    dateModify: modify,
    date_modify: modify,
    mustDateModify: mustModify,
    must_date_modify: mustModify,
    duration: def([P.any], (v) => duration(v)),
    durationRound: def([P.any], (v) => durationRound(v, clock)),
    htmlDate: def([P.any], (v) => dateInZone('2006-01-02', v, 'Local', clock)),
    htmlDateInZone: def([P.any, P.string], (v, zone) => dateInZone('2006-01-02', v, zone, clock)),
    toDate: def([P.string, P.string], (layout, text) => quietly(() => parsed(layout, text), Time.zero)),
    mustToDate: def([P.string, P.string], parsed),
    unixEpoch: def([timeParam], (t) => String(t.unixSeconds)),
    ...(clock === undefined ? {} : timed),
  };
}
