/** What Kubernetes adds: addresses, quantities, versions, URLs and named formats. */

import { FORMATS } from '../../crd/formats.ts';
import { dns1035Label, dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../../validation/parts/formats.ts';
import type { Library } from '../library.ts';
import { CelOptional } from '../values.ts';
import { CelCidr, CelIp } from './addresses.ts';
import { CelFormat, CelQuantity, CelSemver, CelUrl } from './opaque-values.ts';

function succeeds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

function addAddresses(library: Library): void {
  library.add('::ip.isCanonical(string): bool', (text: string) => CelIp.parse(text).toString() === text);
  library.add('ip(string): net.IP', CelIp.parse);
  library.add('isIP(string): bool', (text: string) => succeeds(() => CelIp.parse(text)));
  library.add('net.IP.family(): int', (ip: CelIp) => BigInt(ip.family));
  library.add('net.IP.isUnspecified(): bool', (ip: CelIp) => ip.isUnspecified);
  library.add('net.IP.isLoopback(): bool', (ip: CelIp) => ip.isLoopback);
  library.add('net.IP.isLinkLocalMulticast(): bool', (ip: CelIp) => ip.isLinkLocalMulticast);
  library.add('net.IP.isLinkLocalUnicast(): bool', (ip: CelIp) => ip.isLinkLocalUnicast);
  library.add('net.IP.isGlobalUnicast(): bool', (ip: CelIp) => ip.isGlobalUnicast);
  library.add('string(net.IP): string', String);
  library.add('cidr(string): net.CIDR', CelCidr.parse);
  library.add('isCIDR(string): bool', (text: string) => succeeds(() => CelCidr.parse(text)));
  library.add('net.CIDR.containsIP(string): bool', (cidr: CelCidr, text: string) => cidr.containsIp(CelIp.parse(text)));
  library.add('net.CIDR.containsIP(net.IP): bool', (cidr: CelCidr, ip: CelIp) => cidr.containsIp(ip));
  library.add('net.CIDR.containsCIDR(string): bool', (cidr: CelCidr, text: string) => cidr.containsCidr(CelCidr.parse(text)));
  library.add('net.CIDR.containsCIDR(net.CIDR): bool', (cidr: CelCidr, other: CelCidr) => cidr.containsCidr(other));
  library.add('net.CIDR.ip(): net.IP', (cidr: CelCidr) => cidr.address);
  library.add('net.CIDR.prefixLength(): int', (cidr: CelCidr) => BigInt(cidr.bits));
  library.add('net.CIDR.masked(): net.CIDR', (cidr: CelCidr) => cidr.masked());
  library.add('string(net.CIDR): string', String);
}

function addQuantities(library: Library): void {
  const type = 'kubernetes.Quantity';
  library.add(`quantity(string): ${type}`, CelQuantity.parse);
  library.add('isQuantity(string): bool', (text: string) => succeeds(() => CelQuantity.parse(text)));
  const sign = (one: CelQuantity): bigint => one.compare(new CelQuantity(0n));
  library.add(`sign(${type}): int`, sign);
  library.add(`${type}.sign(): int`, sign);
  library.add(`${type}.isInteger(): bool`, (one: CelQuantity) => one.isInteger);
  library.add(`${type}.asInteger(): int`, (one: CelQuantity) => one.asInteger());
  library.add(`${type}.asApproximateFloat(): double`, (one: CelQuantity) => one.asFloat());
  const add = (a: CelQuantity, b: CelQuantity): CelQuantity => new CelQuantity(a.nanos + b.nanos);
  const sub = (a: CelQuantity, b: CelQuantity): CelQuantity => new CelQuantity(a.nanos - b.nanos);
  library.add(`${type}.add(${type}): ${type}`, add);
  library.add(`${type}.add(int): ${type}`, (a: CelQuantity, b: bigint) => add(a, CelQuantity.whole(b)));
  library.add(`${type}.sub(${type}): ${type}`, sub);
  library.add(`${type}.sub(int): ${type}`, (a: CelQuantity, b: bigint) => sub(a, CelQuantity.whole(b)));
  addOrder(library, type);
}

/** Comparing functions of a type with `compare`. */
function addOrder(library: Library, type: string): void {
  type Ordered = { compare(other: unknown): bigint };
  library.add(`${type}.isGreaterThan(${type}): bool`, (a: Ordered, b: Ordered) => a.compare(b) > 0n);
  library.add(`${type}.isLessThan(${type}): bool`, (a: Ordered, b: Ordered) => a.compare(b) < 0n);
  library.add(`${type}.compareTo(${type}): int`, (a: Ordered, b: Ordered) => a.compare(b));
}

function addSemver(library: Library): void {
  const type = 'kubernetes.Semver';
  library.add(`semver(string): ${type}`, (text: string) => CelSemver.parse(text, false));
  library.add(`semver(string, bool): ${type}`, CelSemver.parse);
  library.add('isSemver(string): bool', (text: string) => succeeds(() => CelSemver.parse(text, false)));
  library.add('isSemver(string, bool): bool', (text: string, lax: boolean) => succeeds(() => CelSemver.parse(text, lax)));
  for (const [i, name] of ['major', 'minor', 'patch'].entries()) {
    library.add(`${type}.${name}(): int`, (one: CelSemver) => one.numbers[i] ?? 0n);
  }
  addOrder(library, type);
}

function addUrls(library: Library): void {
  const type = 'kubernetes.URL';
  library.add(`url(string): ${type}`, CelUrl.parse);
  library.add('isURL(string): bool', (text: string) => succeeds(() => CelUrl.parse(text)));
  library.add(`${type}.getScheme(): string`, (url: CelUrl) => url.scheme);
  library.add(`${type}.getHost(): string`, (url: CelUrl) => url.host);
  library.add(`${type}.getHostname(): string`, (url: CelUrl) => url.hostname);
  library.add(`${type}.getPort(): string`, (url: CelUrl) => url.port);
  library.add(`${type}.getEscapedPath(): string`, (url: CelUrl) => url.escapedPath);
  library.add(`${type}.getQuery(): map<string, list<string>>`, (url: CelUrl) => url.query);
}

const shaped = (name: string, format: string, words: string) =>
  new CelFormat(name, (text) => (FORMATS[format]?.(text) === false ? [words] : []));
const prefix = (check: (text: string) => string[]) => (text: string) => check(text.replace(/-$/, 'a'));

const NAMED: Readonly<Record<string, CelFormat>> = {
  dns1123Label: new CelFormat('DNS1123Label', dnsLabel),
  dns1123Subdomain: new CelFormat('DNS1123Subdomain', (text) => dnsSubdomain(text)),
  dns1035Label: new CelFormat('DNS1035Label', dns1035Label),
  qualifiedName: new CelFormat('QualifiedName', qualifiedName),
  dns1123LabelPrefix: new CelFormat('DNS1123LabelPrefix', prefix(dnsLabel)),
  dns1123SubdomainPrefix: new CelFormat(
    'DNS1123SubdomainPrefix',
    prefix((text) => dnsSubdomain(text)),
  ),
  dns1035LabelPrefix: new CelFormat('DNS1035LabelPrefix', prefix(dns1035Label)),
  labelValue: new CelFormat('LabelValue', labelValue),
  uri: shaped('URI', 'uri', 'invalid URI for request'),
  uuid: shaped('uuid', 'uuid', 'does not match the UUID format'),
  byte: shaped('byte', 'byte', 'invalid base64'),
  date: shaped('date', 'date', 'invalid date'),
  datetime: shaped('datetime', 'datetime', 'invalid datetime'),
};

function addFormats(library: Library): void {
  const type = 'kubernetes.NamedFormat';
  for (const [name, format] of Object.entries(NAMED)) library.add(`::format.${name}(): ${type}`, () => format);
  library.add(`::format.named(string): optional<${type}>`, (name: string) => {
    const format = NAMED[name];
    return format === undefined ? CelOptional.none : CelOptional.of(format);
  });
  library.add(`${type}.validate(string): optional<list<string>>`, (format: CelFormat, text: string) => {
    const errors = format.errors(text);
    return errors.length === 0 ? CelOptional.none : CelOptional.of([...errors]);
  });
}

export function addKubernetes(library: Library): void {
  addAddresses(library);
  addQuantities(library);
  addSemver(library);
  addUrls(library);
  addFormats(library);
}
