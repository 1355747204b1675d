/** Why a text is no JSON, in the words of Go's encoding/json; undefined when it is JSON. `bytes`: each character stands for a byte. */
export function jsonProblem(text: string, bytes = false): string | undefined {
  return new Scanner(text, bytes).run();
}

/** Why a text is no JSON object; null is one to Go, of no members. */
export function jsonMapProblem(text: string): string | undefined {
  const problem = jsonProblem(text);
  if (problem !== undefined) return problem;
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && !Array.isArray(value)) return undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

const END = 'unexpected end of JSON input';
const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/** A character inside single quotes, as Go writes it. */
function quoted(point: string, isByte: boolean): string {
  if (point === "'") return `\\'`;
  // Go shows the first byte of what is no ASCII
  if (!isByte && (point.codePointAt(0) ?? 0) >= 0xa0) return String.fromCharCode(Buffer.from(point)[0] ?? 0);
  const code = point.codePointAt(0) ?? 0;
  return code >= 0x7f && code < 0xa0 ? `\\u${code.toString(16).padStart(4, '0')}` : JSON.stringify(point).slice(1, -1);
}

/** A recursive descent over the grammar that stops at the first character that cannot follow. */
class Scanner {
  readonly #text: string;
  readonly #bytes: boolean;
  #position = 0;

  constructor(text: string, bytes: boolean) {
    this.#text = text;
    this.#bytes = bytes;
  }

  run(): string | undefined {
    const problem = this.#value();
    if (problem !== undefined) return problem;
    this.#blanks();
    return this.#position < this.#text.length ? this.#unexpected('after top-level value') : undefined;
  }

  #blanks(): void {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#position))) this.#position += 1;
  }

  #unexpected(where: string): string {
    if (this.#position >= this.#text.length) return END;
    const point = String.fromCodePoint(this.#text.codePointAt(this.#position) ?? 0);
    const shown = point === '"' ? `'"'` : `'${quoted(point, this.#bytes)}'`;
    return `invalid character ${shown} ${where}`;
  }

  #value(): string | undefined {
    this.#blanks();
    const char = this.#text.charAt(this.#position);
    if (char === '{') return this.#object();
    if (char === '[') return this.#array();
    if (char === '"') return this.#string();
    if (char === '-' || (char >= '0' && char <= '9')) return this.#number();
    const literal = LITERALS[char];
    return literal === undefined ? this.#unexpected('looking for beginning of value') : this.#literal(literal);
  }

  #object(): string | undefined {
    this.#position += 1;
    this.#blanks();
    if (this.#text.charAt(this.#position) === '}') return this.#skip();
    for (;;) {
      this.#blanks();
      if (this.#text.charAt(this.#position) !== '"') return this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      if (key !== undefined) return key;
      this.#blanks();
      if (this.#text.charAt(this.#position) !== ':') return this.#unexpected('after object key');
      this.#position += 1;
      const value = this.#value();
      if (value !== undefined) return value;
      this.#blanks();
      const char = this.#text.charAt(this.#position);
      if (char === '}') return this.#skip();
      if (char !== ',') return this.#unexpected('after object key:value pair');
      this.#position += 1;
    }
  }

  #array(): string | undefined {
    this.#position += 1;
    this.#blanks();
    if (this.#text.charAt(this.#position) === ']') return this.#skip();
    for (;;) {
      const value = this.#value();
      if (value !== undefined) return value;
      this.#blanks();
      const char = this.#text.charAt(this.#position);
      if (char === ']') return this.#skip();
      if (char !== ',') return this.#unexpected('after array element');
      this.#position += 1;
    }
  }

  #skip(): undefined {
    this.#position += 1;
    return undefined;
  }

  #string(): string | undefined {
    this.#position += 1;
    for (; this.#position < this.#text.length; this.#position += 1) {
      const char = this.#text.charAt(this.#position);
      if (char === '"') return this.#skip();
      if (char < ' ') return this.#unexpected('in string literal');
      if (char !== '\\') continue;
      this.#position += 1;
      const escaped = this.#text.charAt(this.#position);
      if (escaped === 'u') {
        for (let count = 0; count < 4; count += 1) {
          this.#position += 1;
          if (!/[0-9a-fA-F]/.test(this.#text.charAt(this.#position))) return this.#unexpected('in \\u hexadecimal character escape');
        }
      } else if (!/["\\/bfnrt]/.test(escaped)) return this.#unexpected('in string escape code');
    }
    return END;
  }

  #literal(literal: string): string | undefined {
    for (let index = 1; index < literal.length; index += 1) {
      this.#position += 1;
      if (this.#text.charAt(this.#position) !== literal[index])
        return this.#unexpected(`in literal ${literal} (expecting '${literal[index] ?? ''}')`);
    }
    return this.#skip();
  }

  #number(): string | undefined {
    if (this.#text.charAt(this.#position) === '-') this.#position += 1;
    if (this.#text.charAt(this.#position) === '0') this.#position += 1;
    else if (!this.#digits()) return this.#unexpected('in numeric literal');
    if (this.#text.charAt(this.#position) === '.') {
      this.#position += 1;
      if (!this.#digits()) return this.#unexpected('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#text.charAt(this.#position))) {
      this.#position += 1;
      if (/[+-]/.test(this.#text.charAt(this.#position))) this.#position += 1;
      if (!this.#digits()) return this.#unexpected('in exponent of numeric literal');
    }
    return undefined;
  }

  #digits(): boolean {
    const start = this.#position;
    while (/[0-9]/.test(this.#text.charAt(this.#position))) this.#position += 1;
    return this.#position > start;
  }
}
