/** A piece of a layout: text to copy, then an element such as `2006` ('' at the end). */
export interface LayoutChunk {
  readonly prefix: string;
  readonly element: string;
}

const ELEMENT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2006|_2|__2|[345]|PM|pm|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?![0-9])/g;

/** Splits a layout of Go's time into its elements (nextStdChunk). */
export function splitLayout(layout: string): LayoutChunk[] {
  const chunks: LayoutChunk[] = [];
  let at = 0;
  for (const m of layout.matchAll(ELEMENT)) {
    // In _2006 the underscore is text.
    const skip = m[0] === '_2006' ? 1 : 0;
    chunks.push({ prefix: layout.slice(at, m.index + skip), element: m[0].slice(skip) });
    at = m.index + m[0].length;
  }
  chunks.push({ prefix: layout.slice(at), element: '' });
  return chunks;
}

/** Whether an element is an offset from UTC: how it is written. */
export function offsetStyle(element: string): { readonly z: boolean; readonly colon: boolean; readonly parts: 1 | 2 | 3 } | undefined {
  if (!/^[-Z]07/.test(element)) return undefined;
  const digits = element.replace(/[^0-9]/g, '').length;
  return { z: element.startsWith('Z'), colon: element.includes(':'), parts: digits === 2 ? 1 : digits === 4 ? 2 : 3 };
}

/** Whether an element is a fraction of a second: the digits asked for, and whether trailing zeros go. */
export function fractionStyle(
  element: string,
): { readonly digits: number; readonly trim: boolean; readonly separator: string } | undefined {
  if (!/^[.,]/.test(element)) return undefined;
  return { digits: element.length - 1, trim: element[1] === '9', separator: element.charAt(0) };
}
