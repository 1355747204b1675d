/** Numbers of a JSON text that JSON.parse reads as integers, or as others, though they are written in another way: `3.0`, `3e0`, twenty digits. */
import type { JsonValue } from '@caretaker/kube';
import { eachNumber } from './duplicate-fields.ts';

/** How such numbers are written, by their path (`spec.ports[0].port`). */
export type SpelledNumbers = ReadonlyMap<string, string>;

const ODD = /[:[,]\s*-?\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+|\d{15,})\s*[,\]}]/;
const ODD_NUMBER = /[.eE]|\d{16}/;

/** Undefined when the valid JSON text has none. */
export function spelledNumbers(text: string): SpelledNumbers | undefined {
  if (!ODD.test(text)) return undefined;
  const found = new Map<string, string>();
  eachNumber(text, (path, number) => {
    if (ODD_NUMBER.test(number)) found.set(path, number);
  });
  return found;
}

/** JSON of a value whose numbers are written as they were. */
export function writeSpelled(value: JsonValue, numbers: SpelledNumbers, path = ''): string {
  if (typeof value === 'number') return numbers.get(path) ?? JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item, index) => writeSpelled(item, numbers, `${path}[${index}]`)).join()}]`;
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${writeSpelled(member, numbers, path === '' ? key : `${path}.${key}`)}`,
  );
  return `{${members.join()}}`;
}
