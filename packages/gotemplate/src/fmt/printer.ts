import { normalize } from '../text/bytes.ts';
import { GoFunction } from '../value/function.ts';
import { typeName, typeOf } from '../value/kind.ts';
import { GoMap } from '../value/map.ts';
import { Missing } from '../value/missing.ts';
import { Complex, Float, Int, NamedInt } from '../value/number.ts';
import { GoObject } from '../value/object.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';
import { visit } from '../value/visits.ts';
import { Format } from './format.ts';

/** Prints values under a verb (Go's fmt/print.go without the parsing of the format string). */
export class Printer {
  readonly format = new Format();
  out = '';

  /** fmt's printArg: a value held in an interface. */
  arg(v: Value, verb: string): void {
    if (v === null || v === undefined) {
      if (verb === 'T' || verb === 'v') this.out += this.format.pad('<nil>');
      else this.#badVerb(v, verb);
      return;
    }
    if (verb === 'T') {
      this.out += this.format.string(typeName(v));
      return;
    }
    if (verb === 'p' || verb === 'w') {
      this.#badVerb(v, verb);
      return;
    }
    this.value(v, verb, 0);
  }

  /** fmt's printValue: a value, at a depth within others. */
  value(v: Value, verb: string, depth: number): void {
    if (typeof v === 'string') this.#string(v, verb);
    else if (typeof v === 'boolean') this.#boolean(v, verb);
    else if (v === null || v === undefined) this.#nil(v, verb, depth);
    else if (v instanceof NamedInt && !this.format.sharpV && 'vsxXq'.includes(verb)) this.#string(v.text, verb);
    else if (v instanceof Int) this.#integer(v, verb);
    else if (v instanceof Float) this.#float(v, verb);
    else if (v instanceof GoMap) this.#map(v, verb, depth);
    else if (v instanceof GoSlice) this.#slice(v, verb, depth);
    else if (v instanceof GoObject) this.#object(v, verb, depth);
    else if (v instanceof Complex) this.#complex(v, verb);
    else if (v instanceof GoFunction) this.out += this.format.pad(`0x${'0'.repeat(8)}`);
    else if (v instanceof Missing) throw v.error();
  }

  #badVerb(v: Value, verb: string): void {
    this.out += `%!${verb}(`;
    if (v === null || v === undefined) this.out += '<nil>';
    else {
      this.out += `${typeName(v)}=`;
      this.value(v, 'v', 0);
    }
    this.out += ')';
  }

  #nil(v: null | undefined, verb: string, depth: number): void {
    if (v === undefined && depth === 0) this.out += '<invalid reflect.Value>';
    else if (this.format.sharpV) this.out += 'interface {}(nil)';
    else if (v === null || verb === 'v') this.out += '<nil>';
    else this.#badVerb(v, verb);
  }

  #boolean(v: boolean, verb: string): void {
    if (verb === 't' || verb === 'v') this.out += this.format.boolean(v);
    else this.#badVerb(v, verb);
  }

  #string(v: string, verb: string): void {
    const f = this.format;
    if (verb === 'v') this.out += f.sharpV ? f.quoted(v) : f.string(v);
    else if (verb === 's') this.out += f.string(v);
    else if (verb === 'q') this.out += f.quoted(v);
    else if (verb === 'x' || verb === 'X') this.out += f.hexString(v, verb === 'X');
    else this.#badVerb(v, verb);
  }

  #integer(v: Int, verb: string): void {
    const f = this.format;
    // The verbs for characters see the 64 bits as unsigned.
    const bits = (): bigint => BigInt.asUintN(64, v.big);
    switch (verb) {
      case 'v':
        if (f.sharpV && v.unsigned) {
          const sharp = f.sharp;
          f.sharp = true;
          this.out += f.integer(v.big, 16, verb);
          f.sharp = sharp;
        } else this.out += f.integer(v.big, 10, verb);
        return;
      case 'd':
        this.out += f.integer(v.big, 10, verb);
        return;
      case 'b':
        this.out += f.integer(v.big, 2, verb);
        return;
      case 'o':
      case 'O':
        this.out += f.integer(v.big, 8, verb);
        return;
      case 'x':
      case 'X':
        this.out += f.integer(v.big, 16, verb, verb === 'X');
        return;
      case 'c':
        this.out += f.character(bits());
        return;
      case 'q':
        this.out += f.quotedCharacter(bits());
        return;
      case 'U':
        this.out += f.unicode(bits());
        return;
      default:
        this.#badVerb(v, verb);
    }
  }

  #floatText(v: number, verb: string): string | undefined {
    switch (verb) {
      case 'v':
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X':
        return this.format.float(v, verb, -1);
      case 'f':
      case 'F':
        return this.format.float(v, 'f', 6);
      case 'e':
      case 'E':
        return this.format.float(v, verb, 6);
      default:
        return undefined;
    }
  }

  #float(v: Float, verb: string): void {
    const text = this.#floatText(v.value, verb);
    if (text === undefined) this.#badVerb(v, verb);
    else this.out += text;
  }

  #complex(v: Complex, verb: string): void {
    const real = this.#floatText(v.real, verb);
    if (real === undefined) {
      this.#badVerb(v, verb);
      return;
    }
    const plus = this.format.plus;
    this.format.plus = true;
    const imag = this.#floatText(v.imag, verb) ?? '';
    this.format.plus = plus;
    this.out += `(${real}${imag}i)`;
  }

  #object(v: GoObject, verb: string, depth: number): void {
    const go = this.format.sharpV;
    const goText = go ? v.toGoText() : undefined;
    if (goText !== undefined) this.out += this.format.string(goText);
    else if (!go && 'vsxXq'.includes(verb)) this.#string(v.toText(), verb);
    else this.#struct(v, verb, depth);
  }

  /** A struct, or what a pointer points to: Go shows that only when nothing is around it, and else an address. */
  #struct(v: GoObject, verb: string, depth: number): void {
    const fields = v.structFields();
    const pointer = v.type.kind === 'ptr';
    if (fields === undefined || (pointer && depth > 0)) {
      this.#badVerb(v, verb);
      return;
    }
    const go = this.format.sharpV;
    this.out += pointer ? '&' : '';
    this.out += go ? `${v.type.name.replace('*', '')}{` : '{';
    fields.forEach(([name, value], i) => {
      if (i > 0) this.out += go ? ', ' : ' ';
      if (go || this.format.plusV) this.out += `${name}:`;
      this.value(value, verb, depth + 1);
    });
    this.out += '}';
  }

  #map(v: GoMap, verb: string, depth: number): void {
    const go = this.format.sharpV;
    if (go && v.isNil) {
      this.out += `${v.type.name}(nil)`;
      return;
    }
    visit(v.size);
    this.out += go ? `${v.type.name}{` : 'map[';
    let first = true;
    for (const key of v.sortedKeys()) {
      if (!first) this.out += go ? ', ' : ' ';
      first = false;
      this.#string(key, verb);
      this.out += ':';
      this.value(v.get(key), verb, depth + 1);
    }
    this.out += go ? '}' : ']';
  }

  #slice(v: GoSlice, verb: string, depth: number): void {
    const go = this.format.sharpV;
    if (go && v.isNil) {
      this.out += `${v.type.name}(nil)`;
      return;
    }
    visit(v.length);
    this.out += go ? `${v.type.name}{` : '[';
    for (let i = 0; i < v.length; i++) {
      if (i > 0) this.out += go ? ', ' : ' ';
      this.value(v.at(i), verb, depth + 1);
    }
    this.out += go ? '}' : ']';
  }
}

/** fmt.Sprint: spaces between operands when neither is a string. */
export function sprint(args: readonly Value[]): string {
  const first = args[0];
  if (args.length === 1 && typeof first === 'string') return first;
  const p = new Printer();
  let previousString = false;
  args.forEach((v, i) => {
    const isString = typeof v === 'string';
    if (i > 0 && !isString && !previousString) p.out += ' ';
    p.arg(v, 'v');
    previousString = isString;
  });
  return normalize(p.out);
}

/** fmt.Sprintln: always spaces, and a newline. */
export function sprintln(args: readonly Value[]): string {
  const p = new Printer();
  args.forEach((v, i) => {
    if (i > 0) p.out += ' ';
    p.arg(v, 'v');
  });
  return normalize(`${p.out}\n`);
}

/** fmt.Sprintf("%v") of one value, as errors show a reflect.Value: no value is `<invalid reflect.Value>`. */
export function showValue(v: Value, verb: 'v' | 's' = 'v'): string {
  const p = new Printer();
  p.value(v, verb, 0);
  return p.out;
}

/** The type name as Go's errors show it for an argument. */
export function showType(v: Value): string {
  return typeOf(v)?.name ?? 'interface {}';
}
