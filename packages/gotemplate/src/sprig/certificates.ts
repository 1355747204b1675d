import { createPrivateKey, X509Certificate } from 'node:crypto';
import { GoError } from '../errors.ts';
import { encodeJson } from '../json/encode.ts';
import { toBytes } from '../text/bytes.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import { dict } from '../value/map.ts';
import { GoObject } from '../value/object.ts';
import type { GoType } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import { decodeBase64 } from './base-encoding.ts';

const CERTIFICATE: GoType = { kind: 'struct', name: 'sprig.certificate' };

/** What buildCustomCert gives: PEM texts under Cert and Key. */
class Certificate extends GoObject {
  readonly type = CERTIFICATE;
  readonly cert: string;
  readonly key: string;

  constructor(cert: string, key: string) {
    super();
    this.cert = cert;
    this.key = key;
  }

  override method(): undefined {
    return undefined;
  }

  override field(name: string): Value | undefined {
    return name === 'Cert' ? this.cert : name === 'Key' ? this.key : undefined;
  }

  override toText(): string {
    return `{${this.cert} ${this.key}}`;
  }

  override structFields(): readonly (readonly [string, Value])[] {
    return [
      ['Cert', this.cert],
      ['Key', this.key],
    ];
  }

  override toJsonText(): string {
    return encodeJson(
      dict([
        ['Cert', this.cert],
        ['Key', this.key],
      ]),
      true,
    );
  }

  override equals(other: GoObject): boolean {
    return other instanceof Certificate && other.cert === this.cert && other.key === this.key;
  }
}

function decoded(text: string, what: string): string {
  try {
    return decodeBase64(text);
  } catch (cause) {
    throw cause instanceof GoError ? new GoError(`unable to decode base64 ${what}`) : cause;
  }
}

function wrapped(prefix: string, run: () => void): void {
  try {
    run();
  } catch (cause) {
    throw new GoError(prefix + (cause instanceof Error ? cause.message : String(cause)));
  }
}

function buildCustomCert(cert64: string, key64: string): Value {
  const cert = decoded(cert64, 'certificate');
  const key = decoded(key64, 'private key');
  if (!/-----BEGIN [^-]+-----[\s\S]+-----END [^-]+-----/.test(cert)) throw new GoError('unable to decode certificate');
  wrapped('error parsing certificate: decodedCert.Bytes: ', () => new X509Certificate(toBytes(cert)));
  if (!/-----BEGIN [^-]+-----[\s\S]+-----END [^-]+-----/.test(key)) throw new GoError('error parsing private key: no PEM data in input');
  wrapped('error parsing private key: ', () => createPrivateKey(key));
  return new Certificate(cert, key);
}

/** Sprig's buildCustomCert. Its generators of keys and certificates are left out: they are slow, and never give the same twice. */
export const certificateFunctions: FunctionMap = {
  buildCustomCert: def([P.string, P.string], buildCustomCert),
};
