/** Addresses and networks of fields, by the rules that 1.36 is strict about. */
import { canonicalCidr, firstAddress, readCidr, readIp } from '../../decode/ip-address.ts';
import { invalid } from './field-errors.ts';
import type { Errors } from './read.ts';

/** 'canonical': the address has only one way to be written. Fields older than this rule take others too. */
export type AddressForm = 'any' | 'canonical';

const inCanonicalForm = (text: string): string => `must be in canonical form (${JSON.stringify(text)})`;

export const isIp = (text: string): boolean => readIp(text) !== undefined;

function ipFaults(value: string, form: AddressForm): string[] {
  const ip = readIp(value);
  if (ip === undefined) return ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
  if (ip.leadingZeros) return ['must not have leading 0s'];
  if (ip.mapped) return ['must not be an IPv4-mapped IPv6 address'];
  return form === 'canonical' && value !== ip.canonical ? [inCanonicalForm(ip.canonical)] : [];
}

export function ipErrors(path: string, value: string, errors: Errors, form: AddressForm = 'any'): void {
  for (const words of ipFaults(value, form)) errors.push(invalid(path, value, words));
}

function cidrFaults(value: string, form: AddressForm): string[] {
  const network = readCidr(value);
  if (network === undefined) return ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
  if (network.leadingZeros) return ['must not have leading 0s in IP or prefix length'];
  if (network.address.mapped) return ['must not have an IPv4-mapped IPv6 address'];
  if (network.address.value !== firstAddress(network)) return ['must not have bits set beyond the prefix length'];
  const canonical = canonicalCidr(network);
  return form === 'canonical' && value !== canonical ? [inCanonicalForm(canonical)] : [];
}

export function cidrErrors(path: string, value: string, errors: Errors, form: AddressForm = 'any'): void {
  for (const words of cidrFaults(value, form)) errors.push(invalid(path, value, words));
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
