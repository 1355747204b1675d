import type { Segment } from './segments.ts';

/** A JSON pointer that cannot be read. */
export class PointerSyntaxError extends Error {
  override readonly name = 'PointerSyntaxError';
  constructor(text: string, why: string) {
    super(`${JSON.stringify(text)} is no JSON pointer: ${why}`);
  }
}

/** Reference tokens of a JSON pointer (RFC 6901), unescaped. `""` is the whole document: no tokens. */
export function parsePointer(text: string): string[] {
  if (text === '') return [];
  if (!text.startsWith('/')) throw new PointerSyntaxError(text, 'it must begin with "/"');
  return text
    .slice(1)
    .split('/')
    .map((token) => {
      if (/~(?![01])/.test(token)) throw new PointerSyntaxError(text, '"~" must be written as ~0 (and "/" as ~1)');
      return token.replaceAll('~1', '/').replaceAll('~0', '~');
    });
}

export function formatPointer(tokens: readonly (string | number)[]): string {
  return tokens.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A pointer's tokens as path segments; digits mean an index in a list and a name in a map. */
export function pointerSegments(text: string): Segment[] {
  return parsePointer(text).map((token) => (/^(0|[1-9]\d*)$/.test(token) ? { type: 'token', token } : { type: 'name', name: token }));
}
