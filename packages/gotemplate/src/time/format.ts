import type { Civil } from './civil.ts';
import { MONTHS, WEEKDAYS } from './civil.ts';
import { fractionStyle, offsetStyle, splitLayout } from './layout.ts';

/** What formatting needs of a moment. */
export interface Formattable {
  readonly civil: Civil;
  readonly nanosecond: number;
  readonly offset: number;
  readonly abbreviation: string;
}

/** Go's appendInt: at least `width` digits, the sign in front of them. */
export function padded(n: number, width: number): string {
  return (n < 0 ? '-' : '') + String(Math.abs(n)).padStart(width, '0');
}

function offsetText(offset: number, colon: boolean, parts: 1 | 2 | 3): string {
  const minutes = Math.trunc(offset / 60);
  const separator = colon ? ':' : '';
  let out = (minutes < 0 ? '-' : '+') + padded(Math.floor(Math.abs(minutes) / 60), 2);
  // Go looks at the sign of the minutes, so that an offset of -30 seconds keeps its own.
  const seconds = minutes < 0 ? -offset : offset;
  if (parts > 1) out += separator + padded(Math.abs(minutes) % 60, 2);
  if (parts > 2) out += separator + padded(seconds % 60, 2);
  return out;
}

function element(e: string, t: Formattable): string {
  const { civil } = t;
  switch (e) {
    case '2006':
      return padded(civil.year, 4);
    case '06':
      return padded(Math.abs(civil.year) % 100, 2);
    case 'January':
      return MONTHS[civil.month - 1] ?? '';
    case 'Jan':
      return (MONTHS[civil.month - 1] ?? '').slice(0, 3);
    case '01':
      return padded(civil.month, 2);
    case '1':
      return String(civil.month);
    case 'Monday':
      return WEEKDAYS[civil.weekday] ?? '';
    case 'Mon':
      return (WEEKDAYS[civil.weekday] ?? '').slice(0, 3);
    case '02':
      return padded(civil.day, 2);
    case '2':
      return String(civil.day);
    case '_2':
      return String(civil.day).padStart(2, ' ');
    case '002':
      return padded(civil.yearDay, 3);
    case '__2':
      return String(civil.yearDay).padStart(3, ' ');
    case '15':
      return padded(civil.hour, 2);
    case '03':
      return padded(civil.hour % 12 || 12, 2);
    case '3':
      return String(civil.hour % 12 || 12);
    case '04':
      return padded(civil.minute, 2);
    case '4':
      return String(civil.minute);
    case '05':
      return padded(civil.second, 2);
    case '5':
      return String(civil.second);
    case 'PM':
      return civil.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return civil.hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return t.abbreviation === '' ? offsetText(t.offset, false, 2) : t.abbreviation;
    default:
      return zoneOrFraction(e, t);
  }
}

function zoneOrFraction(e: string, t: Formattable): string {
  const zone = offsetStyle(e);
  if (zone !== undefined) return zone.z && t.offset === 0 ? 'Z' : offsetText(t.offset, zone.colon, zone.parts);
  const fraction = fractionStyle(e);
  if (fraction === undefined) return '';
  if (fraction.trim && t.nanosecond === 0) return '';
  const digits = padded(t.nanosecond, 9).slice(0, fraction.digits);
  const kept = fraction.trim ? digits.replace(/0+$/, '') : digits;
  return fraction.trim && kept === '' ? '' : fraction.separator + kept;
}

/** Time.Format. */
export function formatTime(t: Formattable, layout: string): string {
  return splitLayout(layout)
    .map(({ prefix, element: e }) => prefix + element(e, t))
    .join('');
}
