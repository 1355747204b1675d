/** Writes protobuf from its end to its beginning: what a message holds is there before its length is needed, so that nothing is copied. */
export class BackwardWriter {
  #bytes: Buffer;
  #at: number;

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafe(capacity);
    this.#at = capacity;
  }

  /** Bytes written so far; given to `close`. */
  get length(): number {
    return this.#bytes.length - this.#at;
  }

  /** What was written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  /** Puts length and tag before all that was written since there were `length` bytes. */
  close(field: number, length: number): void {
    this.#varint(this.length - length);
    this.#varint(field * 8 + 2);
  }

  number(field: number, value: number): void {
    this.#varint(value);
    this.#varint(field * 8);
  }

  double(field: number, value: number): void {
    this.#reserve(8);
    this.#at -= 8;
    this.#bytes.writeDoubleLE(value, this.#at);
    this.#varint(field * 8 + 1);
  }

  text(field: number, value: string): void {
    const length = this.length;
    this.#chars(value);
    this.close(field, length);
  }

  bytes(field: number, value: Uint8Array): void {
    const length = this.length;
    this.raw(value);
    this.close(field, length);
  }

  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#at -= value.length;
    this.#bytes.set(value, this.#at);
  }

  /** Short texts are mostly ASCII, which is written faster here than by a call. */
  #chars(value: string): void {
    if (value.length <= SHORT) {
      this.#reserve(value.length);
      let at = this.#at - value.length;
      for (let index = 0; index < value.length; index += 1) {
        const code = value.charCodeAt(index);
        if (code > 127) {
          at = -1;
          break;
        }
        this.#bytes[at + index] = code;
      }
      if (at >= 0) {
        this.#at = at;
        return;
      }
    }
    const size = Buffer.byteLength(value);
    this.#reserve(size);
    this.#at -= size;
    this.#bytes.write(value, this.#at, size, 'utf8');
  }

  #varint(value: number): void {
    this.#reserve(10);
    if (value >= 0 && value < 128) {
      this.#at -= 1;
      this.#bytes[this.#at] = value;
      return;
    }
    const small = value >= 0 && value <= Number.MAX_SAFE_INTEGER;
    const size = small ? sizeOf(value) : 10;
    this.#at -= size;
    if (small) this.#small(value, size);
    else this.#large(value);
  }

  #small(value: number, size: number): void {
    let rest = value;
    for (let index = 0; index < size - 1; index += 1) {
      this.#bytes[this.#at + index] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#at + size - 1] = rest;
  }

  /** Ten bytes may be more than are needed: the numbers of 64 bits begin after the unused ones. */
  #large(value: number): void {
    const digits: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) digits.push(Number(rest & 127n) | 128);
    digits.push(Number(rest));
    this.#at += 10 - digits.length;
    for (const [index, digit] of digits.entries()) this.#bytes[this.#at + index] = digit;
  }

  #reserve(count: number): void {
    if (this.#at >= count) return;
    const used = this.length;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, used + count));
    this.#bytes.copy(grown, grown.length - used, this.#at);
    this.#bytes = grown;
    this.#at = grown.length - used;
  }
}

const SHORT = 40;

function sizeOf(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}
