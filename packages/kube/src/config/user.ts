import { ConfigError } from '../errors/config-error.ts';
import { isObject, textAt } from '../json/read.ts';
import type { Clock } from '../types/clock.ts';
import type { Credential, Credentials } from './cluster-config.ts';
import { fixedCredentials } from './cluster-config.ts';
import { execCredentials } from './exec-plugin.ts';
import { FileSource } from './file-source.ts';
import { dataOf, type Entry, pathOf } from './kubeconfig-file.ts';
import type { RunProgram } from './run-program.ts';
import { tokenFileCredentials } from './token-file.ts';

export interface UserOptions {
  user: Entry;
  name: string;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  run: RunProgram;
  cluster: () => Promise<Record<string, unknown>>;
}

/** What a kubeconfig user proves who it is with: client certificate, and token file, token, exec plugin or basic auth, in this order. */
export async function userCredentials(options: UserOptions): Promise<Credentials> {
  const { user, clock } = options;
  const withCertificate = certificateOf(user, clock);
  const bearer = bearerOf(options);
  if (withCertificate === undefined) return bearer;
  return {
    current: async () => ({ ...(await withCertificate()), ...(await bearer.current()) }),
    refresh: (rejected) => bearer.refresh(rejected),
  };
}

function bearerOf(options: UserOptions): Credentials {
  const { user, clock } = options;
  const token = textAt(user.value, 'token') || undefined;
  const tokenFile = pathOf(user, 'tokenFile');
  if (tokenFile !== undefined) return tokenFileCredentials(new FileSource(tokenFile, clock), token);
  if (token !== undefined) return fixedCredentials({ authorization: `Bearer ${token}` });
  if (isObject(user.value['exec'])) return execCredentials(options);
  const name = textAt(user.value, 'username');
  if (name !== undefined && name !== '') {
    const pair = `${name}:${textAt(user.value, 'password') ?? ''}`;
    return fixedCredentials({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
  }
  if (isObject(user.value['auth-provider'])) {
    const provider = textAt(user.value, 'auth-provider', 'name') ?? '';
    throw new ConfigError(
      'KUBE_AUTH_UNSUPPORTED',
      `user "${options.name}" uses the auth-provider "${provider}", which was removed from Kubernetes clients`,
      {
        hint: 'use an exec plugin (for OIDC: kubelogin) or a token',
      },
    );
  }
  return fixedCredentials({});
}

function certificateOf(user: Entry, clock: Clock): (() => Promise<Credential>) | undefined {
  const cert = textOrFile(user, 'client-certificate', clock);
  const key = textOrFile(user, 'client-key', clock);
  if (cert === undefined || key === undefined) return undefined;
  return async () => ({ clientCertificate: { cert: await cert(), key: await key() } });
}

function textOrFile(user: Entry, name: string, clock: Clock): (() => string | Promise<string>) | undefined {
  const data = dataOf(user, `${name}-data`);
  if (data !== undefined) return () => data;
  const path = pathOf(user, name);
  if (path === undefined) return undefined;
  const file = new FileSource(path, clock);
  return () => file.current();
}
