import type { JsonValue } from '@caretaker/kube';

/** Paths of members that stand twice in one object of a JSON text (`data.x`, `spec.list[0].a`), in order of the text, which must be valid JSON. `value`, what it was read as, saves most of the work. */
export function duplicateFields(text: string, value?: JsonValue): string[] {
  const found: string[] = [];
  if (value !== undefined && namesIn(text) === membersOf(value)) return found;
  scan(text, (frame, twice) => {
    if (twice) found.push(pathOf(frame));
  });
  return found;
}

/** How many names of members a text has. */
function namesIn(text: string): number {
  let count = 0;
  for (let index = text.indexOf('"'); index >= 0; index = text.indexOf('"', index + 1)) {
    index = endOfString(text, index);
    let next = index + 1;
    while (text.charCodeAt(next) <= SPACE) next += 1;
    if (text.charCodeAt(next) === COLON) count += 1;
  }
  return count;
}

/** How many members all objects of a value have. */
function membersOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) for (const item of value) count += membersOf(item);
  else for (const name in value) count += 1 + membersOf(value[name] ?? null);
  return count;
}

/** Calls with the path of every member, in order of the text, and whether it stood in the same object before. */
export function eachField(text: string, found: (path: string, again: boolean) => void): void {
  scan(text, (frame, twice) => found(pathOf(frame), twice));
}

/** Calls with the path and the text of every number, in order of the text. */
export function eachNumber(text: string, found: (path: string, number: string) => void): void {
  scan(
    text,
    () => undefined,
    (frame, number) => found(pathOf(frame), number),
  );
}

function scan(text: string, found: (frame: Frame, twice: boolean) => void, number?: (frame: Frame, number: string) => void): void {
  let frame: Frame | undefined;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE: {
        const end = endOfString(text, index);
        if (frame?.expectsKey === true) readKey(frame, unquote(text, index, end), found);
        index = end;
        break;
      }
      case OPEN_OBJECT:
        frame = { above: frame, keys: [], expectsKey: true, index: 0 };
        break;
      case OPEN_ARRAY:
        frame = { above: frame, keys: undefined, expectsKey: false, index: 0 };
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        frame = frame?.above;
        break;
      case COMMA:
        if (frame !== undefined) {
          frame.expectsKey = frame.keys !== undefined;
          frame.index += 1;
        }
        break;
      default:
        if (number !== undefined && frame !== undefined && isDigit(text.charCodeAt(index))) {
          const literal = /-?[\d.eE+-]+/.exec(text.slice(text[index - 1] === '-' ? index - 1 : index))?.[0] ?? '';
          number(frame, literal);
          index += literal.length - 1 - (literal.startsWith('-') ? 1 : 0);
        }
    }
  }
}

interface Frame {
  readonly above: Frame | undefined;
  /** The members of an object so far, the current one last; undefined for a list. A Set once there are many. */
  keys: string[] | undefined;
  seen?: Set<string>;
  expectsKey: boolean;
  index: number;
}

const SPACE = 32;
const COLON = 58;
const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const COMMA = 44;

/** From so many members on, looking them up in a Set is faster than going through the list. */
const MANY = 16;

function readKey(frame: Frame, key: string, found: (frame: Frame, twice: boolean) => void): void {
  const keys = frame.keys ?? [];
  if (keys.length === MANY) frame.seen = new Set(keys);
  const twice = frame.seen?.has(key) ?? keys.includes(key);
  frame.seen?.add(key);
  keys.push(key);
  frame.expectsKey = false;
  found(frame, twice);
}

/** The path of the frame's current member or item. */
function pathOf(frame: Frame): string {
  const above = frame.above === undefined ? '' : pathOf(frame.above);
  if (frame.keys === undefined) return `${above}[${frame.index}]`;
  const key = frame.keys[frame.keys.length - 1] ?? '';
  return above === '' ? key : `${above}.${key}`;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

function unquote(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes('\\') ? String(JSON.parse(text.slice(start, end + 1))) : raw;
}
