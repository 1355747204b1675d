import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { readCertificateRequest } from '../../tls/certificate-request.ts';
import type { KindRules } from '../kind-rules.ts';
import { duplicate, forbidden, invalid, notSupported, required, tooLong } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain } from '../parts/formats.ts';
import { type Errors, items, num, objs, specOf, str, strs, sub } from '../parts/read.ts';

const statusOf = (object: KubeObject): JsonObject => sub(object as unknown as JsonObject, 'status');

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

const SHORTEST = 600;
const PEM = /-----BEGIN ([^-\r\n]+)-----[\s\S]*?-----END \1-----/;

function request(spec: JsonObject, errors: Errors): void {
  const given = spec['request'];
  const text = Buffer.from(str(spec, 'request'), 'base64').toString('latin1');
  const why = PEM.exec(text)?.[1] === 'CERTIFICATE REQUEST' ? unreadable(text) : 'PEM block type must be CERTIFICATE REQUEST';
  if (why !== undefined) errors.push(invalid('spec.request', given ?? null, why));
}

function unreadable(text: string): string | undefined {
  try {
    readCertificateRequest(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The first label of a part that is none tells of the whole part. */
function labels(part: string, check: (label: string) => readonly string[], at: string, errors: Errors): void {
  for (const label of part.split('.')) {
    const words = check(label);
    for (const one of words) errors.push(invalid(at, part, `validating label ${JSON.stringify(label)}: ${one}`));
    if (words.length > 0) return;
  }
}

const LONGEST_DOMAIN = 253;
const LONGEST_SIGNER = LONGEST_DOMAIN + 1 + LONGEST_DOMAIN + 63 + 1;

/** `example.com/signer-name` */
function signer(name: string, at: string, errors: Errors): void {
  if (name === '') {
    errors.push(required(at));
    return;
  }
  const [domain = '', path, ...more] = name.split('/');
  if (path === undefined || more.length > 0) {
    errors.push(invalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"));
    return;
  }
  if (domain.length > LONGEST_DOMAIN) errors.push(tooLong(at, LONGEST_DOMAIN));
  labels(domain, dnsLabel, at, errors);
  if (!domain.includes('.')) errors.push(invalid(at, domain, 'should be a domain with at least two segments separated by dots'));
  labels(path, (label) => dnsSubdomain(label), at, errors);
  if (name.length > LONGEST_SIGNER) errors.push(tooLong(at, LONGEST_SIGNER));
}

function signingRequest(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  request(spec, errors);
  const usages = strs(spec, 'usages');
  if (usages.length === 0) errors.push(required('spec.usages'));
  for (const [i, usage] of usages.entries()) if (!USAGES.includes(usage)) errors.push(notSupported(items('spec.usages', i), usage, USAGES));
  for (const [i, usage] of usages.entries()) if (usages.indexOf(usage) < i) errors.push(duplicate(items('spec.usages', i), usage));
  const name = str(spec, 'signerName');
  if (name === 'kubernetes.io/legacy-unknown')
    errors.push(invalid('spec.signerName', name, 'the legacy signerName is not allowed via this API version'));
  else signer(name, 'spec.signerName', errors);
  const seconds = num(spec, 'expirationSeconds');
  if (seconds !== undefined && seconds < SHORTEST)
    errors.push(invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)'));
  conditions(objs(statusOf(next), 'conditions'), errors);
  issued(next, errors);
}

const DECISIONS = ['Approved', 'Denied'];

function conditions(list: readonly JsonObject[], errors: Errors): void {
  const path = 'status.conditions';
  const seen = new Set<string>();
  for (const [i, condition] of list.entries()) {
    const type = str(condition, 'type');
    if (type === '') errors.push(required(`${items(path, i)}.type`));
    const allowed = [...DECISIONS, 'Failed'].includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    const status = str(condition, 'status');
    if (status === '') errors.push(required(`${items(path, i)}.status`));
    else if (!allowed.includes(status)) errors.push(notSupported(`${items(path, i)}.status`, status, allowed));
    const other = DECISIONS.find((decision) => decision !== type);
    if (DECISIONS.includes(type) && other !== undefined && seen.has(other))
      errors.push(invalid(path, type, 'Approved and Denied conditions are mutually exclusive'));
    if (seen.has(type)) errors.push(duplicate(`${items(path, i)}.type`, type));
    seen.add(type);
  }
}

interface Allowed {
  decisions?: boolean;
  certificate?: boolean;
}

function update(next: KubeObject, live: KubeObject, errors: Errors, allowed: Allowed): void {
  signingRequest(next, errors);
  const of = (object: KubeObject, type: string): JsonObject[] =>
    objs(statusOf(object), 'conditions').filter((condition) => str(condition, 'type') === type);
  const path = 'status.conditions';
  for (const type of [...DECISIONS, 'Failed']) {
    if (of(next, type).length < of(live, type).length) errors.push(forbidden(path, `updates may not remove a condition of type "${type}"`));
  }
  for (const type of allowed.decisions ? [] : DECISIONS) {
    const [before, after] = [of(live, type), of(next, type)];
    if (after.length > before.length) errors.push(forbidden(path, `updates may not add a condition of type "${type}"`));
    else if (after.length === before.length && !equalValues(before, after))
      errors.push(forbidden(path, `updates may not modify a condition of type "${type}"`));
  }
  const [before, after] = [str(statusOf(live), 'certificate'), str(statusOf(next), 'certificate')];
  if (before === after) return;
  if (!allowed.certificate) errors.push(forbidden(CERTIFICATE, 'updates may not set certificate content'));
  else if (before !== '') errors.push(forbidden(CERTIFICATE, 'updates may not modify existing certificate content'));
}

const CERTIFICATE = 'status.certificate';

/** The outside of the certificates: what is between the lines is not read. */
function issued(next: KubeObject, errors: Errors): void {
  const text = Buffer.from(str(statusOf(next), 'certificate'), 'base64').toString('latin1');
  if (text === '') return;
  const types = [...text.matchAll(/-----BEGIN ([^-\r\n]+)-----[\s\S]*?-----END \1-----/g)].map(([, type = '']) => type);
  const other = types.find((type) => type !== 'CERTIFICATE');
  const complaint =
    other !== undefined
      ? `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(other)}`
      : types.length === 0
        ? 'must contain at least one CERTIFICATE PEM block'
        : undefined;
  if (complaint !== undefined) errors.push(invalid(CERTIFICATE, '<certificate data>', complaint));
}

export const CERTIFICATE_RULES: Readonly<Record<string, KindRules>> = {
  'certificates.k8s.io/CertificateSigningRequest': {
    name: 'any',
    create: signingRequest,
    update: (next, live, errors) => update(next, live, errors, {}),
    status: (next, live, errors) => update(next, live, errors, { certificate: true }),
    subresources: { approval: (next, live, errors) => update(next, live, errors, { decisions: true }) },
  },
};
