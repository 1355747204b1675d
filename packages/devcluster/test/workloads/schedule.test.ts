import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchedule, ScheduleError } from '../../src/workloads/cronjob/schedule.ts';

const at = (text: string): number => Date.parse(text);
const next = (schedule: string, after: string, timeZone?: string): string | undefined => {
  const time = parseSchedule(schedule, timeZone).next(at(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

test('schedules', () => {
  const rows: [schedule: string, after: string, expected: string, zone?: string][] = [
    ['* * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00.000Z'],
    ['*/15 * * * *', '2026-01-01T00:46:10Z', '2026-01-01T01:00:00.000Z'],
    ['5,10-12 3 * * *', '2026-01-01T03:10:00Z', '2026-01-01T03:11:00.000Z'],
    ['0 0 1 jan *', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['30 9 * * mon-fri', '2026-01-02T10:00:00Z', '2026-01-05T09:30:00.000Z'],
    ['0 12 * * 7', '2026-01-01T00:00:00Z', '2026-01-04T12:00:00.000Z'],
    ['0 0 13 * 5', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00.000Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['@hourly', '2026-01-01T00:00:01Z', '2026-01-01T01:00:00.000Z'],
    ['@every 90s', '2026-01-01T00:00:00Z', '2026-01-01T00:01:30.000Z'],
    ['0 8 * * *', '2026-01-01T00:00:00Z', '2026-01-01T07:00:00.000Z', 'Europe/Berlin'],
    ['0 8 * * *', '2026-07-01T00:00:00Z', '2026-07-01T06:00:00.000Z', 'Europe/Berlin'],
  ];
  for (const [schedule, after, expected, zone] of rows) assert.equal(next(schedule, after, zone), expected, `${schedule} after ${after}`);
});

test('a date that never comes has no next time', () => {
  assert.equal(next('0 0 30 2 *', '2026-01-01T00:00:00Z'), undefined);
});

test('what is no schedule is refused', () => {
  for (const text of ['', '* * * *', '60 * * * *', '* * * * mond', '*/0 * * * *', '5-1 * * * *', '@every x']) {
    assert.throws(() => parseSchedule(text), ScheduleError, text);
  }
});
