/** Paths of members that stand twice in one object of a JSON text (`data.x`, `spec.list[0].a`), in order of the text. The text must be valid JSON. */
export function duplicateFields(text: string): string[] {
  const found: string[] = [];
  const stack: Frame[] = [];
  let key: string | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (char === QUOTE) {
      const end = endOfString(text, index);
      const frame = stack[stack.length - 1];
      if (frame?.kind === 'object' && frame.expectsKey) {
        key = unquote(text, index, end);
        frame.expectsKey = false;
        if (frame.keys.has(key)) found.push(frame.path === '' ? key : `${frame.path}.${key}`);
        frame.keys.add(key);
        frame.current = key;
      }
      index = end;
    } else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      stack.push({
        kind: char === OPEN_OBJECT ? 'object' : 'array',
        path: childPath(stack[stack.length - 1]),
        keys: new Set(),
        expectsKey: true,
        current: '',
        index: 0,
      });
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) stack.pop();
    else if (char === COMMA) {
      const frame = stack[stack.length - 1];
      if (frame !== undefined) {
        frame.expectsKey = true;
        frame.index += 1;
      }
    }
  }
  return found;
}

interface Frame {
  kind: 'object' | 'array';
  path: string;
  keys: Set<string>;
  expectsKey: boolean;
  current: string;
  index: number;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const COMMA = 44;

function childPath(frame: Frame | undefined): string {
  if (frame === undefined) return '';
  if (frame.kind === 'array') return `${frame.path}[${frame.index}]`;
  return frame.path === '' ? frame.current : `${frame.path}.${frame.current}`;
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length) {
    const char = text.charCodeAt(index);
    if (char === QUOTE) return index;
    index += char === BACKSLASH ? 2 : 1;
  }
  return text.length;
}

function unquote(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes('\\') ? String(JSON.parse(text.slice(start, end + 1))) : raw;
}
