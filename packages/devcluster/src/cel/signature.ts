/** Declarations of functions, written as `string.startsWith(string): bool`, `size(list<A>): int`, `::ip.isCanonical(string): bool` (a dotted name). */
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  paramOf,
  STRING,
  TIMESTAMP,
  TYPE,
  UINT,
} from './types.ts';

export interface Signature {
  readonly name: string;
  /** Called on a value, which is the first parameter then. */
  readonly member: boolean;
  readonly params: readonly CelType[];
  readonly result: CelType;
}

const NAMED: Readonly<Record<string, CelType>> = {
  dyn: DYN,
  bool: BOOL,
  int: INT,
  uint: UINT,
  double: DOUBLE,
  string: STRING,
  bytes: BYTES,
  null: NULL,
  timestamp: TIMESTAMP,
  duration: DURATION,
  type: TYPE,
};

/** Splits at commas that are not within angle brackets. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '<') depth += 1;
    else if (char === '>') depth -= 1;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}

export function readType(text: string): CelType {
  const generic = /^([\w.]+)<(.*)>$/.exec(text);
  if (generic !== null) {
    const [first = DYN, second = DYN] = split(generic[2] ?? '').map(readType);
    if (generic[1] === 'list') return listOf(first);
    if (generic[1] === 'map') return mapOf(first, second);
    return optionalOf(first);
  }
  if (/^[A-Z]$/.test(text)) return paramOf(text);
  return (Object.hasOwn(NAMED, text) ? NAMED[text] : undefined) ?? { kind: 'opaque', name: text, params: [] };
}

export function readSignature(text: string): Signature {
  const match = /^(::)?(.+?)\(([^()]*)\): (.+)$/.exec(text);
  if (match === null) throw new Error(`no declaration of a function: ${text}`);
  const [, dotted, head = '', params = '', result = 'dyn'] = match;
  const dot = dotted === undefined && !head.startsWith('_') ? head.lastIndexOf('.') : -1;
  const own = split(params).map(readType);
  if (dot < 0) return { name: head, member: false, params: own, result: readType(result) };
  return { name: head.slice(dot + 1), member: true, params: [readType(head.slice(0, dot)), ...own], result: readType(result) };
}
