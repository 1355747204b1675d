import { GoError } from '../errors.ts';
import { fromBinary } from '../text/binary.ts';
import { quote } from '../text/quote.ts';

/** net/netip's errors for an address in brackets. */
function addressError(address: string, reason: string, at = ''): GoError {
  const place = at === '' ? '' : ` (at ${quote(fromBinary(at))})`;
  return new GoError(`invalid host: ParseAddr(${quote(fromBinary(address))}): ${reason}${place}`);
}

function checkIpv4(address: string, text: string): void {
  let value = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c >= '0' && c <= '9') {
      if (digits === 1 && value === 0) throw addressError(address, 'IPv4 field has octet with leading zero');
      value = value * 10 + Number(c);
      digits++;
      if (value > 255) throw addressError(address, 'IPv4 field has value >255');
    } else if (c !== '.') throw addressError(address, 'unexpected character', text.slice(i));
    else {
      if (i === 0 || i === text.length - 1 || text[i - 1] === '.')
        throw addressError(address, 'IPv4 field must have at least one digit', text.slice(i));
      if (dots === 3) throw addressError(address, 'IPv4 address too long');
      dots++;
      value = 0;
      digits = 0;
    }
  }
  if (dots < 3) throw addressError(address, 'IPv4 address too short');
}

function checkIpv6(address: string): void {
  const percent = address.indexOf('%');
  if (percent === address.length - 1 && percent >= 0) throw addressError(address, 'zone must be a non-empty string');
  let s = percent < 0 ? address : address.slice(0, percent);
  let ellipsis = s.startsWith('::');
  if (ellipsis) s = s.slice(2);
  if (ellipsis && s === '') return;
  let bytes = 0;
  while (bytes < 16) {
    const digits = /^[0-9a-fA-F]*/.exec(s)?.[0].length ?? 0;
    if (digits > 4) throw addressError(address, 'each group must have 4 or less digits', s);
    if (digits === 0) throw addressError(address, 'each colon-separated field must have at least one digit', s);
    if (s[digits] === '.') {
      if (!ellipsis && bytes !== 12) throw addressError(address, 'embedded IPv4 address must replace the final 2 fields of the address', s);
      if (bytes > 12) throw addressError(address, 'too many hex fields to fit an embedded IPv4 at the end of the address', s);
      checkIpv4(address, s);
      s = '';
      bytes += 4;
      break;
    }
    bytes += 2;
    s = s.slice(digits);
    if (s === '') break;
    if (s[0] !== ':') throw addressError(address, 'unexpected character, want colon', s);
    if (s.length === 1) throw addressError(address, 'colon must be followed by more characters', s);
    s = s.slice(1);
    if (s[0] === ':') {
      if (ellipsis) throw addressError(address, 'multiple :: in address', s);
      ellipsis = true;
      s = s.slice(1);
      if (s === '') break;
    }
  }
  if (s !== '') throw addressError(address, 'trailing garbage after address', s);
  if (bytes < 16 && !ellipsis) throw addressError(address, 'address string too short');
  if (bytes === 16 && ellipsis) throw addressError(address, 'the :: must expand to at least one field of zeros');
}

/** Checks what stands between the brackets of a host (netip.ParseAddr): an IPv6 address, perhaps with a zone. */
export function checkIpLiteral(address: string): void {
  const first = /[.:%]/.exec(address)?.[0];
  if (first === ':') checkIpv6(address);
  else if (first === '%') throw addressError(address, 'missing IPv6 address');
  else if (first === undefined) throw addressError(address, 'unable to parse IP');
  else {
    checkIpv4(address, address);
    throw new GoError('invalid IP-literal');
  }
}
