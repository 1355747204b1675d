/** The few pieces of DER (X.690) that a certificate needs. */
export type Der = Buffer<ArrayBuffer>;

export function der(tag: number, ...parts: readonly Uint8Array[]): Der {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

function lengthOf(length: number): number[] {
  if (length < 128) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...parts: readonly Uint8Array[]): Der => der(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Der => der(0x31, ...parts);
export const boolean = (value: boolean): Der => der(0x01, Buffer.from([value ? 255 : 0]));
export const octets = (...parts: readonly Uint8Array[]): Der => der(0x04, ...parts);
export const bits = (bytes: Uint8Array, unused = 0): Der => der(0x03, Buffer.from([unused]), bytes);
export const utf8 = (text: string): Der => der(0x0c, Buffer.from(text));
export const printable = (text: string): Der => der(0x13, Buffer.from(text));
export const integer = (bytes: Uint8Array): Der => der(0x02, (bytes[0] ?? 0) >= 128 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
export const explicit = (tag: number, ...parts: readonly Uint8Array[]): Der => der(0xa0 | tag, ...parts);

/** GeneralizedTime, seconds, UTC. */
export function time(milliseconds: number): Der {
  return der(0x18, Buffer.from(`${new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

/** Object identifier of its dotted form. */
export function objectId(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const group = [arc & 127];
    for (let high = arc >>> 7; high > 0; high >>>= 7) group.unshift((high & 127) | 128);
    bytes.push(...group);
  }
  return der(0x06, Buffer.from(bytes));
}
