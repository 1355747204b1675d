/** IP addresses as numbers, read as leniently as the server reads them, and their canonical text. */
import { isIPv4, isIPv6 } from 'node:net';

function v6Parts(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const read = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (!group.includes('.')) return [Number.parseInt(group, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
          return [a * 256 + b, c * 256 + d];
        });
  const front = read(head);
  if (tail === undefined) return front;
  const back = read(tail);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

/** An address that isIPv4 or isIPv6 as a whole number of 32 or 128 bits. */
export function addressNumber(text: string): bigint {
  if (isIPv4(text)) return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  return v6Parts(text).reduce((sum, part) => sum * 65536n + BigInt(part), 0n);
}

/** RFC 5952: the longest run of zeros is left out. */
export function textOfV6(value: bigint): string {
  const parts = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  let best = { start: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && parts[end] === 0) end++;
    if (end - i > best.length) best = { start: i, length: end - i };
  }
  const text = (from: number, to: number): string =>
    parts
      .slice(from, to)
      .map((part) => part.toString(16))
      .join(':');
  return best.start < 0 ? text(0, 8) : `${text(0, best.start)}::${text(best.start + best.length, 8)}`;
}

export function textOfV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

/** Whether a number of 128 bits is an IPv4 address written as one of IPv6. */
export const isMappedV4 = (value: bigint): boolean => value >> 32n === 0xffffn;

export interface IpAddress {
  readonly family: 4 | 6;
  /** Of 32 or 128 bits, by the family as written. */
  readonly value: bigint;
  /** As Go prints it: an IPv4 address written as one of IPv6 becomes what it is. */
  readonly canonical: string;
  readonly mapped: boolean;
  readonly leadingZeros: boolean;
}

/** Reads an address; octets may begin with zeros. undefined when it is none. */
export function readIp(text: string): IpAddress | undefined {
  const plain = text.replace(/(^|[.:])0+(?=\d+\.)|(\.)0+(?=\d)/g, '$1$2');
  const leadingZeros = plain !== text && text.includes('.');
  const read = leadingZeros ? plain : text;
  if (isIPv4(read)) {
    const value = addressNumber(read);
    return { family: 4, value, canonical: textOfV4(value), mapped: false, leadingZeros };
  }
  if (!isIPv6(read) || read.includes('%')) return undefined;
  const value = addressNumber(read);
  const mapped = isMappedV4(value);
  return { family: 6, value, canonical: mapped ? textOfV4(value & 0xffffffffn) : textOfV6(value), mapped, leadingZeros };
}

export interface Network {
  readonly address: IpAddress;
  readonly bits: number;
  readonly leadingZeros: boolean;
}

const widthOf = (address: IpAddress): bigint => (address.family === 4 ? 32n : 128n);

/** Reads a network; undefined when it is none. */
export function readCidr(text: string): Network | undefined {
  const [written = '', bits = '', ...rest] = text.split('/');
  const address = readIp(written);
  if (rest.length > 0 || !/^\d+$/.test(bits) || address === undefined || Number(bits) > widthOf(address)) return undefined;
  return { address, bits: Number(bits), leadingZeros: address.leadingZeros || /^0\d/.test(bits) };
}

/** The first address of a network. */
export function firstAddress({ address, bits }: Network): bigint {
  const shift = widthOf(address) - BigInt(bits);
  return (address.value >> shift) << shift;
}

/** The network in the form that the server prints. */
export function canonicalCidr(network: Network): string {
  const first = firstAddress(network);
  return `${network.address.family === 4 ? textOfV4(first) : textOfV6(first)}/${network.bits}`;
}

/** Whether a network lies strictly inside another. */
export function isStrictSubset(inner: Network, outer: Network): boolean {
  if (inner.address.family !== outer.address.family || inner.bits <= outer.bits) return false;
  return firstAddress({ address: inner.address, bits: outer.bits, leadingZeros: false }) === firstAddress(outer);
}
