/** Why a text is no YAML, in the words of Go's parser. Its scanner counts lines from one and its parser from zero; neither names the first. */
import type { YAMLParseError } from 'yaml';

const atLine = (line: number, words: string): string => (line > 0 ? `yaml: line ${line}: ${words}` : `yaml: ${words}`);
const scanner = (line: number, words: string): string => atLine(line > 1 ? line : 0, words);
const parser = (line: number, words: string): string => atLine(line - 1, words);

const newlines = (text: string): number => text.split('\n').length - 1;

/** A flow collection that does not close. What is missing depends on what came last: something that wants a value, or a value. */
function unclosed(text: string, line: number, column: number, close: string): string {
  const lines = text.split('\n');
  const before = [...lines.slice(0, line - 1), (lines[line - 1] ?? '').slice(0, Math.max(0, column - 1))].join('\n').trimEnd();
  const atEnd = text.slice(before.length).trim() === '';
  const words = /[[{,:]$/.test(before) ? 'did not find expected node content' : `did not find expected ',' or '${close}'`;
  // the end of the text is a line of its own
  return parser(atEnd ? newlines(text) + (text.endsWith('\n') ? 1 : 2) : line, words);
}

/** The words for one fault that the parser found in `text`. */
export function yamlWords(error: YAMLParseError, text: string): string {
  const line = error.linePos?.[0].line ?? 1;
  const column = error.linePos?.[0].col ?? 1;
  const end = error.linePos?.[1]?.line ?? line;
  switch (error.code) {
    case 'BAD_DQ_ESCAPE':
      return scanner(line, 'found unknown escape character');
    case 'TAB_AS_INDENT':
      if (afterPlainText(text, line)) return scanner(line, 'found a tab character that violates indentation');
      return scanner(line, 'found character that cannot start any token');
    case 'BAD_SCALAR_START':
      return scanner(line, 'found character that cannot start any token');
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      if (end === line && /^\s*- /.test(text.split('\n')[line - 1] ?? '')) return parser(line, 'did not find expected key');
      return scanner(end, 'mapping values are not allowed in this context');
    case 'UNEXPECTED_TOKEN':
      if (error.message.includes('at node end'))
        return parser(line, isItem(text, line) ? "did not find expected '-' indicator" : 'did not find expected key');
      return parser(
        line,
        error.message.includes('scalar token') ? "did not find expected ',' or '}'" : 'did not find expected node content',
      );
    case 'MISSING_CHAR':
      if (error.message.includes('closing')) return scanner(newlines(text) + 1, 'found unexpected end of stream');
      if (error.message.startsWith('Implicit')) return scanner(line + 1, "could not find expected ':'");
      return unclosed(text, line, column, error.message.includes(' ]') ? ']' : '}');
    case 'BAD_INDENT':
      if (error.message.startsWith('Flow')) return unclosed(text, line, column, error.message.includes(' ]') ? ']' : '}');
      return parser(line, inSequence(text, line) ? "did not find expected '-' indicator" : 'did not find expected key');
    default:
      return parser(line, 'did not find expected node content');
  }
}

const isItem = (text: string, line: number): boolean => /^\s*- /.test(text.split('\n')[line - 1] ?? '');

/** Whether the line above ends in a text without quotes, which may go on. */
function afterPlainText(text: string, line: number): boolean {
  const above = (text.split('\n')[line - 2] ?? '').trim();
  const value = above.replace(/^(?:- )*(?:[^:]*:\s+)?/, '');
  return value !== '' && !value.endsWith(':') && !/^["'[{|>&*!#]/.test(value);
}

/** Whether the line stands where an item of the list above it would. */
function inSequence(text: string, line: number): boolean {
  const lines = text.split('\n');
  const indent = /^ */.exec(lines[line - 1] ?? '')?.[0] ?? '';
  return (lines[line - 2] ?? '').startsWith(`${indent}- `);
}

/** A second error may say better where a key of several lines ends. */
export function mostTelling(errors: readonly YAMLParseError[]): YAMLParseError | undefined {
  const [first] = errors;
  if (first?.code !== 'BLOCK_AS_IMPLICIT_KEY' && first?.code !== 'MULTILINE_IMPLICIT_KEY') return first;
  const [start] = first.linePos ?? [];
  const long = errors.find((error) => error.code === 'MULTILINE_IMPLICIT_KEY' && (error.linePos?.[1]?.line ?? 0) > (start?.line ?? 0));
  if (first.code === 'MULTILINE_IMPLICIT_KEY' && long === first) return errors.find((error) => error.message.startsWith('Flow')) ?? first;
  return long ?? first;
}
