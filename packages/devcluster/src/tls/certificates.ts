import { createPrivateKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import type { CertificateRequest } from './certificate-request.ts';
import { bits, boolean, type Der, der, explicit, integer, objectId, octets, sequence, set, time, utf8 } from './der.ts';
import { subjectOf } from './der-reader.ts';
import { extendedKeyUsage, keyUsage } from './key-usages.ts';
import { writeSubject } from './names.ts';

/** PEM texts of a certificate and its key. */
export interface KeyedCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface ServingCertificates extends KeyedCertificate {
  readonly caPem: string;
  /** The authority's own key, PEM. Without it no certificates are issued. */
  readonly caKeyPem?: string;
}

/** Names and addresses that a cluster's certificate is for. */
export const SERVING_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];

const ECDSA_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const YEAR_MS = 365 * 86_400_000;

interface Template {
  readonly subject: Der;
  readonly issuer: Uint8Array;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly serial: Uint8Array;
  /** Wall clock, milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Der[];
}

/** A certificate authority of its own and a serving certificate for names and addresses, both P-256. */
export function makeServingCertificates(now: number, random: (count: number) => Uint8Array, hosts: readonly string[]): ServingCertificates {
  const ca = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const server = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const issuer = commonName('devcluster-ca');
  const validity = { notBefore: now - 3_600_000, notAfter: now + 10 * YEAR_MS };
  const serial = (): Uint8Array => {
    const bytes = random(8);
    bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
    return bytes;
  };
  const caPem = certificate({
    subject: issuer,
    issuer,
    publicKey: ca.publicKey,
    signer: ca.privateKey,
    serial: serial(),
    ...validity,
    extensions: caExtensions(),
  });
  const certPem = certificate({
    subject: commonName('devcluster'),
    issuer,
    publicKey: server.publicKey,
    signer: ca.privateKey,
    serial: serial(),
    ...validity,
    extensions: serverExtensions(hosts),
  });
  const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { caPem, certPem, keyPem: pem(server.privateKey), caKeyPem: pem(ca.privateKey) };
}

/** How long and for what a certificate is issued. */
export interface Issue {
  /** certificates.k8s.io usages. */
  readonly usages: readonly string[];
  /** Wall clock, milliseconds. */
  readonly notBefore: number;
  /** No later than the end of the authority. */
  readonly notAfter: number;
}

/** A certificate for a request, signed by the authority. */
export function issueCertificate(
  authority: { caPem: string; caKeyPem: string },
  request: CertificateRequest,
  issue: Issue,
  random: (count: number) => Uint8Array,
): string {
  const ca = new X509Certificate(authority.caPem);
  const usage = keyUsage(issue.usages);
  const purposes = extendedKeyUsage(issue.usages);
  const serial = random(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return certificate({
    subject: writeSubject(request.subject),
    issuer: subjectOf(ca.raw).whole,
    publicKey: request.publicKey,
    signer: createPrivateKey(authority.caKeyPem),
    serial,
    notBefore: issue.notBefore,
    notAfter: Math.min(issue.notAfter, Date.parse(ca.validTo)),
    extensions: [
      ...(usage === undefined ? [] : [extension('2.5.29.15', true, usage)]),
      ...(purposes === undefined ? [] : [extension('2.5.29.37', false, purposes)]),
      extension('2.5.29.19', true, sequence()),
      ...(request.alternativeNames === undefined ? [] : [extension('2.5.29.17', false, request.alternativeNames)]),
    ],
  });
}

const commonName = (text: string): Der => sequence(set(sequence(objectId('2.5.4.3'), utf8(text))));

function certificate(request: Template): string {
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(request.serial),
    ECDSA_SHA256,
    request.issuer,
    sequence(time(request.notBefore), time(request.notAfter)),
    request.subject,
    request.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...request.extensions)),
  );
  const signed = sequence(body, ECDSA_SHA256, bits(sign('sha256', body, request.signer)));
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, critical: boolean, value: Uint8Array): Der {
  return critical ? sequence(objectId(id), boolean(true), octets(value)) : sequence(objectId(id), octets(value));
}

function caExtensions(): Der[] {
  return [extension('2.5.29.19', true, sequence(boolean(true))), extension('2.5.29.15', true, bits(Buffer.from([0x06]), 1))];
}

function serverExtensions(hosts: readonly string[]): Der[] {
  const names = hosts.map((host) =>
    /^\d+\.\d+\.\d+\.\d+$/.test(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
  );
  return [extension('2.5.29.17', false, sequence(...names)), extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1')))];
}
