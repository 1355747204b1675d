/** A schedule that is no cron expression. */
export class ScheduleError extends Error {
  readonly code = 'DEVCLUSTER_SCHEDULE';
  readonly retryable = false;
  readonly hint =
    'Five fields (minute hour day-of-month month day-of-week) or @hourly, @daily, @weekly, @monthly, @yearly, @every DURATION.';
  constructor(message: string) {
    super(message);
    this.name = 'ScheduleError';
  }
}

interface Fields {
  minute: ReadonlySet<number>;
  hour: ReadonlySet<number>;
  day: ReadonlySet<number>;
  month: ReadonlySet<number>;
  weekday: ReadonlySet<number>;
  /** A day field and a weekday field that are both restricted match when either does. */
  anyDay: boolean;
}

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE_MS = 60_000;
/** Four years and a day: the 29th of February comes within it. */
const HORIZON_MINUTES = (4 * 366 + 1) * 24 * 60;

/** When something runs next. Times are milliseconds since the epoch. */
export interface Schedule {
  /** The first time after `after`; undefined when there is none (the 30th of February). */
  next(after: number): number | undefined;
}

export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const every = /^@every (\S+)$/.exec(text.trim());
  if (every) return everySchedule(every[1] ?? '');
  const words = (MACROS[text.trim()] ?? text).trim().split(/\s+/);
  if (words.length !== 5) throw new ScheduleError(`expected exactly 5 fields, found ${words.length}: [${text}]`);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = words;
  const fields: Fields = {
    minute: parseField(minute, 0, 59),
    hour: parseField(hour, 0, 23),
    day: parseField(day, 1, 31),
    month: parseField(month, 1, 12, MONTHS, 1),
    weekday: new Set([...parseField(weekday, 0, 7, DAYS, 0)].map((value) => value % 7)),
    anyDay: !/^[*?]/.test(day) && !/^[*?]/.test(weekday),
  };
  const local = localTime(timeZone);
  return { next: (after) => search(fields, local, after) };
}

function everySchedule(duration: string): Schedule {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration);
  const ms = (Number(match?.[1] ?? 0) * 3600 + Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0)) * 1000;
  if (!match || ms === 0) throw new ScheduleError(`failed to parse duration ${duration}`);
  return { next: (after) => Math.floor(after / 1000) * 1000 + ms };
}

function parseField(text: string, min: number, max: number, names: readonly string[] = [], first = 0): Set<number> {
  const value = (word: string): number => {
    const named = names.indexOf(word.toLowerCase());
    const number = named >= 0 ? named + first : Number(word);
    if (!Number.isInteger(number) || number < min || number > max)
      throw new ScheduleError(`${word} is not between ${min} and ${max}: [${text}]`);
    return number;
  };
  const result = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '*', step = '1'] = part.split('/');
    const [low = '*', high] = range.split('-');
    const star = low === '*' || low === '?';
    const from = star ? min : value(low);
    const to = star ? max : high !== undefined ? value(high) : part.includes('/') ? max : from;
    const by = Number(step);
    if (!Number.isInteger(by) || by < 1 || from > to) throw new ScheduleError(`bad range: [${part}]`);
    for (let number = from; number <= to; number += by) result.add(number);
  }
  return result;
}

interface LocalTime {
  minute: number;
  hour: number;
  day: number;
  month: number;
  weekday: number;
}

function localTime(timeZone: string): (instant: number) => LocalTime {
  if (timeZone === 'UTC' || timeZone === 'Etc/UTC') {
    return (instant) => {
      const date = new Date(instant);
      const [minute, hour, day] = [date.getUTCMinutes(), date.getUTCHours(), date.getUTCDate()];
      return { minute, hour, day, month: date.getUTCMonth() + 1, weekday: date.getUTCDay() };
    };
  }
  const options = {
    timeZone,
    hourCycle: 'h23',
    minute: 'numeric',
    hour: 'numeric',
    day: 'numeric',
    month: 'numeric',
    weekday: 'short',
  } as const;
  const format = new Intl.DateTimeFormat('en-US', options);
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0);
    const weekday = DAYS.indexOf((parts.get('weekday') ?? 'sun').toLowerCase());
    return { minute: number('minute'), hour: number('hour'), day: number('day'), month: number('month'), weekday };
  };
}

/** An instant as RFC 3339 in a time zone: `2026-11-21T14:32:00+01:00`. */
export function zonedTime(instant: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(instant);
  const offset = /([+-])(\d\d):(\d\d)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '');
  if (!offset || timeZone === 'UTC' || timeZone === 'Etc/UTC') return `${new Date(instant).toISOString().slice(0, 19)}Z`;
  const minutes = (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? -1 : 1);
  return `${new Date(instant + minutes * MINUTE_MS).toISOString().slice(0, 19)}${offset[0]}`;
}

function search(fields: Fields, local: (instant: number) => LocalTime, after: number): number | undefined {
  let instant = (Math.floor(after / MINUTE_MS) + 1) * MINUTE_MS;
  const end = instant + HORIZON_MINUTES * MINUTE_MS;
  while (instant < end) {
    const time = local(instant);
    if (!fields.month.has(time.month) || !matchesDay(fields, time)) {
      // On to the next full hour: days begin on one in every time zone in use, or within an hour of it.
      instant += (60 - time.minute) * MINUTE_MS;
    } else if (!fields.hour.has(time.hour)) instant += (60 - time.minute) * MINUTE_MS;
    else if (!fields.minute.has(time.minute)) instant += MINUTE_MS;
    else return instant;
  }
  return undefined;
}

function matchesDay(fields: Fields, time: LocalTime): boolean {
  const [day, weekday] = [fields.day.has(time.day), fields.weekday.has(time.weekday)];
  return fields.anyDay ? day || weekday : day && weekday;
}
