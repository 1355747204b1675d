import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type DerElement, dottedId, readElements, readWhole } from './der-reader.ts';
import { readSubject, type Subject } from './names.ts';

/** What a PKCS #10 request asks for. */
export interface CertificateRequest {
  readonly subject: Subject;
  readonly publicKey: KeyObject;
  /** The value of its subjectAltName extension, as it is there. */
  readonly alternativeNames: Buffer | undefined;
  /** How many there are of each. */
  readonly names: { readonly dns: number; readonly emails: number; readonly addresses: number; readonly uris: number };
}

/** Reads PEM text and checks that the request is signed by its own key. Throws an Error that says what is wrong. */
export function readCertificateRequest(pem: string): CertificateRequest {
  const base64 = /-----BEGIN CERTIFICATE REQUEST-----([\s\S]*?)-----END CERTIFICATE REQUEST-----/.exec(pem)?.[1];
  if (base64 === undefined) throw new Error('PEM block type must be CERTIFICATE REQUEST');
  const [info, algorithm, signature] = readElements(readWhole(Buffer.from(base64, 'base64')).body);
  const [, name, key, ...attributes] = info === undefined ? [] : readElements(info.body);
  if (info === undefined || algorithm === undefined || signature === undefined || name === undefined || key === undefined)
    throw new Error('asn1: structure error: tags do not match');
  const publicKey = createPublicKey({ key: key.whole, format: 'der', type: 'spki' });
  const digest = DIGESTS[dottedId(readElements(algorithm.body)[0]?.body ?? Buffer.alloc(0))];
  if (digest === undefined) throw new Error('x509: cannot verify signature: algorithm unimplemented');
  // the first byte of a bit string counts unused bits
  if (!verify(digest === 'none' ? null : digest, info.whole, publicKey, signature.body.subarray(1)))
    throw new Error(publicKey.asymmetricKeyType === 'rsa' ? 'crypto/rsa: verification error' : 'x509: ECDSA verification failure');
  const alternativeNames = extensionOf(attributes, SUBJECT_ALTERNATIVE_NAME);
  return { subject: readSubject(name), publicKey, alternativeNames, names: countNames(alternativeNames) };
}

const DIGESTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.5': 'sha1',
  '1.2.840.10045.4.1': 'sha1',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': 'none',
};

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** The value of an extension that the attributes ask for. */
function extensionOf(attributes: readonly DerElement[], wanted: string): Buffer | undefined {
  for (const attribute of attributes.flatMap((each) => readElements(each.body))) {
    const [id, values] = readElements(attribute.body);
    if (id === undefined || values === undefined || dottedId(id.body) !== EXTENSION_REQUEST) continue;
    for (const extension of readElements(values.body).flatMap((list) => readElements(list.body))) {
      const parts = readElements(extension.body);
      if (dottedId(parts[0]?.body ?? Buffer.alloc(0)) === wanted) return parts.at(-1)?.body;
    }
  }
  return undefined;
}

/** Context tags of a GeneralName. */
const [EMAIL, DNS, URI, ADDRESS] = [0x81, 0x82, 0x86, 0x87];

function countNames(value: Buffer | undefined): CertificateRequest['names'] {
  const tags = value === undefined ? [] : readElements(readWhole(value).body).map((each) => each.tag);
  const count = (tag: number): number => tags.filter((each) => each === tag).length;
  return { dns: count(DNS), emails: count(EMAIL), addresses: count(ADDRESS), uris: count(URI) };
}
