import type { StatusCause } from '../answers/status-error.ts';
import { hasSelector, NONE, type ServiceSpec, textsOf, typeOf } from './service-spec.ts';

const FAMILIES = ['IPv4', 'IPv6'];

/** Fills ipFamilyPolicy and ipFamilies for a single-stack IPv4 cluster. Returns what is wrong with what the client said. */
export function initIPFamilies(next: ServiceSpec, live: ServiceSpec | undefined): StatusCause[] {
  if (typeOf(next) === 'ExternalName') return [];
  const headless = next['clusterIP'] === NONE;
  next['ipFamilyPolicy'] ??= live?.['ipFamilyPolicy'] ?? (headless && !hasSelector(next) ? 'RequireDualStack' : 'SingleStack');
  const policy = next['ipFamilyPolicy'];
  const families = textsOf(next['ipFamilies']);
  const addresses = textsOf(next['clusterIPs']);
  const causes: StatusCause[] = [];
  if (policy === 'SingleStack') {
    const message = (what: string): string =>
      `Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
    if (addresses.length === 2) causes.push({ reason: 'FieldValueInvalid', message: message('cluster IPs'), field: 'spec.ipFamilyPolicy' });
    if (families.length === 2) causes.push({ reason: 'FieldValueInvalid', message: message('IP families'), field: 'spec.ipFamilyPolicy' });
  }
  if (causes.length > 0) return causes;
  if (headless && !hasSelector(next)) {
    if (families.length === 0) families.push('IPv4');
    if (families.length < 2 && policy !== 'SingleStack') families.push(FAMILIES.find((family) => family !== families[0]) ?? 'IPv6');
    next['ipFamilies'] = families;
    return [];
  }
  if (policy === 'RequireDualStack') {
    const message = 'Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services';
    causes.push({ reason: 'FieldValueInvalid', message, field: 'spec.ipFamilyPolicy' });
  }
  for (const [index, family] of families.entries()) {
    if (family === 'IPv4') continue;
    const message = `Invalid value: ${JSON.stringify(family)}: not configured on this cluster`;
    causes.push({ reason: 'FieldValueInvalid', message, field: `spec.ipFamilies[${index}]` });
  }
  if (families.length === 0) {
    if (addresses[0]?.includes(':') === true) {
      const message = `Invalid value: ${JSON.stringify(addresses)}: IPv6 is not configured on this cluster`;
      causes.push({ reason: 'FieldValueInvalid', message, field: 'spec.clusterIPs[0]' });
    }
    next['ipFamilies'] = ['IPv4'];
  }
  return causes;
}
