import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** Signs and checks service account tokens with one key pair (ES256). */
export interface TokenSigner {
  sign(claims: Readonly<Record<string, unknown>>): string;
  /** The claims of a token that this signer made; undefined for anything else. */
  verify(token: string): Record<string, unknown> | undefined;
  /** The key for /openid/v1/jwks. */
  jwks(): unknown;
  /** PEM, to keep tokens valid over a restart. */
  exportKey(): string;
}

const KEY_ID = 'devcluster';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function createTokenSigner(privateKey: KeyObject = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey): TokenSigner {
  const publicKey = createPublicKey(privateKey);
  const header = encode({ alg: 'ES256', kid: KEY_ID });
  return {
    sign(claims) {
      const signed = `${header}.${encode(claims)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
    verify(token) {
      const [head, payload, signature, more] = token.split('.');
      if (head === undefined || payload === undefined || signature === undefined || more !== undefined) return undefined;
      const valid = verify(
        'sha256',
        Buffer.from(`${head}.${payload}`),
        { key: publicKey, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      );
      if (!valid) return undefined;
      const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
      return claims !== null && typeof claims === 'object' ? (claims as Record<string, unknown>) : undefined;
    },
    jwks: () => ({ keys: [{ use: 'sig', kid: KEY_ID, alg: 'ES256', ...publicKey.export({ format: 'jwk' }) }] }),
    exportKey: () => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
