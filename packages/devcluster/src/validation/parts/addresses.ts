import { isIPv4, isIPv6 } from 'node:net';
import { invalid } from './field-errors.ts';
import type { Errors } from './read.ts';

const WORDS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

export const isIp = (text: string): boolean => isIPv4(text) || isIPv6(text);

export function ipErrors(path: string, value: string, errors: Errors): void {
  if (!isIp(value)) errors.push(invalid(path, value, WORDS));
}

export function parseCidr(text: string): { readonly address: string; readonly bits: number } | undefined {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  const max = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return Number(bits) <= max ? { address, bits: Number(bits) } : undefined;
}

export function cidrErrors(path: string, value: string, errors: Errors): void {
  if (parseCidr(value) === undefined) {
    errors.push(invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'));
  }
}

function v4Number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Whether an IPv4 network lies strictly inside another; IPv6 networks are compared by their text. */
export function isStrictSubset(inner: string, outer: string): boolean {
  const a = parseCidr(inner);
  const b = parseCidr(outer);
  if (a === undefined || b === undefined || a.bits <= b.bits) return false;
  if (!isIPv4(a.address) || !isIPv4(b.address)) return isIPv6(a.address) === isIPv6(b.address);
  const divisor = 2 ** (32 - b.bits);
  return Math.floor(v4Number(a.address) / divisor) === Math.floor(v4Number(b.address) / divisor);
}

/** Addresses that no endpoint can have. */
export function endpointIpErrors(path: string, value: string, errors: Errors): void {
  if (!isIp(value)) {
    errors.push(invalid(path, value, 'must be a valid IP address'));
    return;
  }
  const lower = value.toLowerCase();
  if (value === '0.0.0.0' || value === '::') errors.push(invalid(path, value, `may not be unspecified (${value})`));
  if (value.startsWith('127.') || value === '::1')
    errors.push(invalid(path, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  if (value.startsWith('169.254.') || /^fe[89ab]/.test(lower))
    errors.push(invalid(path, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  if (value.startsWith('224.0.0.') || /^ff.2:/.test(lower))
    errors.push(invalid(path, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'));
}
