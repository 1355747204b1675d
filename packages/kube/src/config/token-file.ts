import type { Credential, Credentials } from './cluster-config.ts';
import type { FileSource } from './file-source.ts';

/** A bearer token kept in a file, as the kubelet does for pods. `fallback` serves while the file cannot be read. */
export function tokenFileCredentials(file: FileSource, fallback?: string): Credentials {
  const credentialOf = (token: string): Credential => ({ authorization: `Bearer ${token}` });
  const orFallback = (thrown: unknown): string => {
    if (fallback === undefined) throw thrown;
    return fallback;
  };
  return {
    current: () => {
      const token = file.current();
      return typeof token === 'string' ? credentialOf(token) : token.catch(orFallback).then(credentialOf);
    },
    refresh: async (rejected) => credentialOf(await file.read().catch(orFallback)).authorization !== rejected.authorization,
  };
}
