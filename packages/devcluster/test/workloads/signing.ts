/** Keys and signing requests for tests. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bits, type Der, der, integer, objectId, octets, sequence, set } from '../../src/tls/der.ts';
import { writeSubject } from '../../src/tls/names.ts';

export const CN = '2.5.4.3';
export const O = '2.5.4.10';
export const key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
export const clientKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
export const random = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => index + 1);

/** A PKCS #10 request signed by `signer`, who should be the owner of the key. */
export function requestPem(subject: Record<string, string[]>, names: readonly Der[] = [], signer: KeyObject = key.privateKey): string {
  const extension = sequence(objectId('2.5.29.17'), octets(sequence(...names)));
  const attributes = sequence(objectId('1.2.840.113549.1.9.14'), set(sequence(extension)));
  const info = sequence(
    integer(Buffer.from([0])),
    writeSubject(new Map(Object.entries(subject))),
    key.publicKey.export({ type: 'spki', format: 'der' }),
    names.length === 0 ? der(0xa0) : der(0xa0, attributes),
  );
  const whole = sequence(info, sequence(objectId('1.2.840.10045.4.3.2')), bits(sign('sha256', info, signer)));
  return `-----BEGIN CERTIFICATE REQUEST-----\n${whole.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
}
