/** IP addresses and networks for CEL. */
import { isIPv4, isIPv6 } from 'node:net';
import { addressNumber, isMappedV4, textOfV4, textOfV6 } from '../../decode/ip-address.ts';
import { CelFault } from '../errors.ts';
import { CelOpaque } from '../values.ts';

export class CelIp extends CelOpaque {
  readonly celType = 'net.IP';
  readonly family: 4 | 6;
  readonly value: bigint;

  constructor(family: 4 | 6, value: bigint) {
    super();
    this.family = family;
    this.value = value;
  }

  static parse(text: string): CelIp {
    if (text.includes('%')) throw new CelFault(`IP address ${JSON.stringify(text)} with zone value is not allowed`);
    if (isIPv4(text)) return new CelIp(4, addressNumber(text));
    if (!isIPv6(text))
      throw new CelFault(
        `IP Address ${JSON.stringify(text)} parse error during conversion from string: ParseAddr(${JSON.stringify(text)}): unable to parse IP`,
      );
    const value = addressNumber(text);
    if (isMappedV4(value)) throw new CelFault(`IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`);
    return new CelIp(6, value);
  }

  override equals(other: unknown): boolean {
    return other instanceof CelIp && other.family === this.family && other.value === this.value;
  }

  get bits(): number {
    return this.family === 4 ? 32 : 128;
  }

  get isUnspecified(): boolean {
    return this.value === 0n;
  }

  get isLoopback(): boolean {
    return this.family === 4 ? this.value >> 24n === 127n : this.value === 1n;
  }

  get isMulticast(): boolean {
    return this.family === 4 ? this.value >> 28n === 14n : this.value >> 120n === 0xffn;
  }

  get isLinkLocalMulticast(): boolean {
    return this.family === 4 ? this.value >> 8n === 0xe00000n : this.value >> 120n === 0xffn && ((this.value >> 112n) & 15n) === 2n;
  }

  get isLinkLocalUnicast(): boolean {
    return this.family === 4 ? this.value >> 16n === 0xa9fen : this.value >> 118n === 0x3fan;
  }

  get isGlobalUnicast(): boolean {
    const broadcast = this.family === 4 && this.value === 0xffffffffn;
    return !(broadcast || this.isUnspecified || this.isLoopback || this.isMulticast || this.isLinkLocalUnicast);
  }

  override toString(): string {
    return this.family === 4 ? textOfV4(this.value) : textOfV6(this.value);
  }
}

const CIDR_FAULT = 'network address parse error during conversion from string';

export class CelCidr extends CelOpaque {
  readonly celType = 'net.CIDR';
  readonly address: CelIp;
  readonly bits: number;

  constructor(address: CelIp, bits: number) {
    super();
    this.address = address;
    this.bits = bits;
  }

  static parse(text: string): CelCidr {
    const fault = (why: string): CelFault =>
      new CelFault(`${CIDR_FAULT}: ${CIDR_FAULT}: netip.ParsePrefix(${JSON.stringify(text)}): ${why}`);
    const slash = text.lastIndexOf('/');
    if (slash < 0) throw fault("no '/'");
    let address: CelIp;
    try {
      address = CelIp.parse(text.slice(0, slash));
    } catch {
      throw fault(`ParseAddr(${JSON.stringify(text.slice(0, slash))}): unable to parse IP`);
    }
    const bits = text.slice(slash + 1);
    if (!/^(0|[1-9]\d{0,2})$/.test(bits)) throw fault(`bad bits after slash: ${JSON.stringify(bits)}`);
    if (Number(bits) > address.bits) throw fault('prefix length out of range');
    return new CelCidr(address, Number(bits));
  }

  override equals(other: unknown): boolean {
    return other instanceof CelCidr && String(other) === String(this);
  }

  #network(value: bigint): bigint {
    return value >> BigInt(this.address.bits - this.bits);
  }

  containsIp(ip: CelIp): boolean {
    return ip.family === this.address.family && this.#network(ip.value) === this.#network(this.address.value);
  }

  containsCidr(other: CelCidr): boolean {
    return other.bits >= this.bits && this.containsIp(other.address);
  }

  masked(): CelCidr {
    const shift = BigInt(this.address.bits - this.bits);
    return new CelCidr(new CelIp(this.address.family, (this.address.value >> shift) << shift), this.bits);
  }

  override toString(): string {
    return `${this.address.toString()}/${this.bits}`;
  }
}
