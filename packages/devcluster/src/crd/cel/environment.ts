/** CEL as the API server offers it to the rules of custom resources. */
import { Environment, Optional } from '@marcbachmann/cel-js';
import { dns1035Label, dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../../validation/formats.ts';
import { FORMATS } from '../formats.ts';
import { CelCidr, CelIp } from './addresses.ts';
import { registerLists } from './lists.ts';
import { registerStrings } from './strings.ts';
import { CelFormat, CelQuantity, CelSemver, CelUrl } from './types.ts';

function succeeds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

function registerAddresses(env: Environment): void {
  class IpNamespace {}
  env.registerType('net.IP', CelIp);
  env.registerType('net.CIDR', CelCidr);
  env.registerType('IpNamespace', IpNamespace);
  env.registerConstant('ip', 'IpNamespace', new IpNamespace());
  env.registerFunction('IpNamespace.isCanonical(string): bool', (_: unknown, text: string) => CelIp.parse(text).toString() === text);
  env.registerFunction('ip(string): net.IP', CelIp.parse);
  env.registerFunction('isIP(string): bool', (text: string) => succeeds(() => CelIp.parse(text)));
  env.registerFunction('net.IP.family(): int', (ip: CelIp) => BigInt(ip.family));
  env.registerFunction('net.IP.isUnspecified(): bool', (ip: CelIp) => ip.isUnspecified);
  env.registerFunction('net.IP.isLoopback(): bool', (ip: CelIp) => ip.isLoopback);
  env.registerFunction('net.IP.isLinkLocalMulticast(): bool', (ip: CelIp) => ip.isLinkLocalMulticast);
  env.registerFunction('net.IP.isLinkLocalUnicast(): bool', (ip: CelIp) => ip.isLinkLocalUnicast);
  env.registerFunction('net.IP.isGlobalUnicast(): bool', (ip: CelIp) => ip.isGlobalUnicast);
  env.registerFunction('string(net.IP): string', String);
  env.registerFunction('cidr(string): net.CIDR', CelCidr.parse);
  env.registerFunction('isCIDR(string): bool', (text: string) => succeeds(() => CelCidr.parse(text)));
  env.registerFunction('net.CIDR.containsIP(string): bool', (cidr: CelCidr, text: string) => cidr.containsIp(CelIp.parse(text)));
  env.registerFunction('net.CIDR.containsIP(net.IP): bool', (cidr: CelCidr, ip: CelIp) => cidr.containsIp(ip));
  env.registerFunction('net.CIDR.containsCIDR(string): bool', (cidr: CelCidr, text: string) => cidr.containsCidr(CelCidr.parse(text)));
  env.registerFunction('net.CIDR.containsCIDR(net.CIDR): bool', (cidr: CelCidr, other: CelCidr) => cidr.containsCidr(other));
  env.registerFunction('net.CIDR.ip(): net.IP', (cidr: CelCidr) => cidr.address);
  env.registerFunction('net.CIDR.prefixLength(): int', (cidr: CelCidr) => BigInt(cidr.bits));
  env.registerFunction('net.CIDR.masked(): net.CIDR', (cidr: CelCidr) => cidr.masked());
  env.registerFunction('string(net.CIDR): string', String);
  env.registerOperator('net.IP == net.IP', (a: CelIp, b: CelIp) => a.family === b.family && a.value === b.value);
  env.registerOperator('net.CIDR == net.CIDR', (a: CelCidr, b: CelCidr) => a.toString() === b.toString());
}

function registerQuantities(env: Environment): void {
  const type = 'kubernetes.Quantity';
  env.registerType(type, CelQuantity);
  env.registerFunction(`quantity(string): ${type}`, CelQuantity.parse);
  env.registerFunction('isQuantity(string): bool', (text: string) => succeeds(() => CelQuantity.parse(text)));
  const sign = (one: CelQuantity): bigint => one.compare(new CelQuantity(0n));
  env.registerFunction(`sign(${type}): int`, sign);
  env.registerFunction(`${type}.sign(): int`, sign);
  env.registerFunction(`${type}.isInteger(): bool`, (one: CelQuantity) => one.isInteger);
  env.registerFunction(`${type}.asInteger(): int`, (one: CelQuantity) => one.asInteger());
  env.registerFunction(`${type}.asApproximateFloat(): double`, (one: CelQuantity) => one.asFloat());
  const add = (a: CelQuantity, b: CelQuantity): CelQuantity => new CelQuantity(a.nanos + b.nanos);
  const sub = (a: CelQuantity, b: CelQuantity): CelQuantity => new CelQuantity(a.nanos - b.nanos);
  env.registerFunction(`${type}.add(${type}): ${type}`, add);
  env.registerFunction(`${type}.add(int): ${type}`, (a: CelQuantity, b: bigint) => add(a, CelQuantity.whole(b)));
  env.registerFunction(`${type}.sub(${type}): ${type}`, sub);
  env.registerFunction(`${type}.sub(int): ${type}`, (a: CelQuantity, b: bigint) => sub(a, CelQuantity.whole(b)));
  registerOrder(env, type);
}

/** Comparing functions of a type with `compare`. */
function registerOrder(env: Environment, type: string): void {
  type Ordered = { compare(other: unknown): bigint };
  env.registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Ordered, b: Ordered) => a.compare(b) > 0n);
  env.registerFunction(`${type}.isLessThan(${type}): bool`, (a: Ordered, b: Ordered) => a.compare(b) < 0n);
  env.registerFunction(`${type}.compareTo(${type}): int`, (a: Ordered, b: Ordered) => a.compare(b));
  env.registerOperator(`${type} == ${type}`, (a: Ordered, b: Ordered) => a.compare(b) === 0n);
}

function registerSemver(env: Environment): void {
  const type = 'kubernetes.Semver';
  env.registerType(type, CelSemver);
  env.registerFunction(`semver(string): ${type}`, (text: string) => CelSemver.parse(text, false));
  env.registerFunction(`semver(string, bool): ${type}`, CelSemver.parse);
  env.registerFunction('isSemver(string): bool', (text: string) => succeeds(() => CelSemver.parse(text, false)));
  env.registerFunction('isSemver(string, bool): bool', (text: string, lax: boolean) => succeeds(() => CelSemver.parse(text, lax)));
  for (const [i, name] of ['major', 'minor', 'patch'].entries()) {
    env.registerFunction(`${type}.${name}(): int`, (one: CelSemver) => one.numbers[i] ?? 0n);
  }
  registerOrder(env, type);
}

function registerUrls(env: Environment): void {
  const type = 'kubernetes.URL';
  env.registerType(type, CelUrl);
  env.registerFunction(`url(string): ${type}`, CelUrl.parse);
  env.registerFunction('isURL(string): bool', (text: string) => succeeds(() => CelUrl.parse(text)));
  env.registerFunction(`${type}.getScheme(): string`, (url: CelUrl) => url.scheme);
  env.registerFunction(`${type}.getHost(): string`, (url: CelUrl) => url.host);
  env.registerFunction(`${type}.getHostname(): string`, (url: CelUrl) => url.hostname);
  env.registerFunction(`${type}.getPort(): string`, (url: CelUrl) => url.port);
  env.registerFunction(`${type}.getEscapedPath(): string`, (url: CelUrl) => url.escapedPath);
  env.registerFunction(`${type}.getQuery(): map<string, list<string>>`, (url: CelUrl) => url.query);
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

function registerFormats(env: Environment): void {
  class FormatNamespace {}
  const type = 'kubernetes.NamedFormat';
  env.registerType(type, CelFormat);
  env.registerType('FormatNamespace', FormatNamespace);
  env.registerConstant('format', 'FormatNamespace', new FormatNamespace());
  for (const [name, format] of Object.entries(NAMED)) env.registerFunction(`FormatNamespace.${name}(): ${type}`, () => format);
  env.registerFunction('FormatNamespace.named(string): optional<dyn>', (_: unknown, name: string) => {
    const format = NAMED[name];
    return format === undefined ? Optional.none() : Optional.of(format);
  });
  env.registerFunction(`${type}.validate(string): optional<dyn>`, (format: CelFormat, text: string) => {
    const errors = format.errors(text);
    return errors.length === 0 ? Optional.none() : Optional.of([...errors]);
  });
}

function createEnvironment(): Environment {
  const env = new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false, enableOptionalTypes: true });
  env.registerVariable('self', 'dyn');
  env.registerVariable('oldSelf', 'dyn');
  registerStrings(env);
  registerLists(env);
  registerAddresses(env);
  registerQuantities(env);
  registerSemver(env);
  registerUrls(env);
  registerFormats(env);
  return env;
}

let shared: Environment | undefined;

/** Made when the first rule is compiled. */
export function celEnvironment(): Environment {
  shared ??= createEnvironment();
  return shared;
}
