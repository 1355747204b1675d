import type { JsonValue } from '@caretaker/kube';

/** Texts that Go's reader would take for something else: those it writes in double quotes. */
const AMBIGUOUS =
  /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|<<|\.nan|\.NaN|\.NAN|[-+]?\.(?:inf|Inf|INF)|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9_]+(?:[eE][-+]?[0-9]+)?|0x[0-9a-fA-F_]+|0o?[0-7_]+|0b[01_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::?\d{2})?))?)?)?$/;

/** A document as Go's encoder writes it: keys in order, lists at the margin of their key, long texts folded. */
export function goYaml(value: JsonValue): string {
  return isNested(value) ? `${lines(value, 0).join('\n')}\n` : `${scalar(value, 0, 0)}\n`;
}

function isNested(value: JsonValue): value is JsonValue[] | { [key: string]: JsonValue } {
  return value !== null && typeof value === 'object' && Object.keys(value).length > 0;
}

/** Lines of a list or a map whose first character stands at the column. */
function lines(value: JsonValue[] | { [key: string]: JsonValue }, column: number): string[] {
  const pad = ' '.repeat(column);
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (!isNested(item)) return [`${pad}- ${scalar(item, column + 2, column + 2)}`];
      const [first = '', ...rest] = lines(item, column + 2);
      return [`${pad}- ${first.slice(column + 2)}`, ...rest];
    });
  }
  return Object.keys(value)
    .sort()
    .flatMap((key) => {
      const item = value[key] ?? null;
      const head = `${pad}${textScalar(key, column, column, false)}:`;
      if (!isNested(item)) return [`${head} ${scalar(item, head.length + 1, column + 2)}`];
      return [head, ...lines(item, Array.isArray(item) ? column : column + 2)];
    });
}

function scalar(value: JsonValue, column: number, indent: number): string {
  if (typeof value === 'string') return textScalar(value, column, indent, true);
  return value !== null && typeof value === 'object' ? (Array.isArray(value) ? '[]' : '{}') : String(value);
}

/** What cannot stand without quotes: what begins or ends like something else, or holds a comment or a key. */
const NOT_PLAIN = /^(?:[-?:](?:\s|$)|[,[\]{}#&*!|>'"%@`]|---|\.\.\.|\s)|:(?:\s|$)|\s#|\s$/;
const SPECIAL = /[^\t\n\x20-\x7e\x85\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

function textScalar(value: string, column: number, indent: number, foldable: boolean): string {
  if (SPECIAL.test(value) || AMBIGUOUS.test(value)) return JSON.stringify(value);
  if (foldable && value.includes('\n')) return literal(value, indent);
  const width = foldable ? WIDTH : Number.POSITIVE_INFINITY;
  if (!NOT_PLAIN.test(value)) return fold(value, column, indent, width);
  return `'${fold(value.replaceAll("'", "''"), column + 1, indent, width)}'`;
}

function literal(value: string, indent: number): string {
  const chomp = value.endsWith('\n\n') ? '+' : value.endsWith('\n') ? '' : '-';
  const hint = /^[ \n]/.test(value) ? '2' : '';
  const body = value.replace(/\n$/, '').split('\n');
  return `|${hint}${chomp}\n${body.map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line}`)).join('\n')}`;
}

const WIDTH = 80;

/** Breaks a text at the first single space beyond the width. */
function fold(value: string, column: number, indent: number, width: number): string {
  if (column + value.length <= width) return value;
  let out = '';
  let at = column;
  for (let index = 0; index < value.length; index += 1) {
    const char = value.charAt(index);
    const alone = value.charAt(index - 1) !== ' ' && value.charAt(index + 1) !== ' ';
    if (char === ' ' && at > width && index > 0 && index < value.length - 1 && alone) {
      out += `\n${' '.repeat(indent)}`;
      at = indent;
    } else {
      out += char;
      at += 1;
    }
  }
  return out;
}
