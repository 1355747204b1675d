import type { KubeObject } from '@caretaker/kube';
import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { SECRET, SERVICE_ACCOUNT } from '../machinery/kinds.ts';
import { annotationsOf, isDeleting, keyOf, nameOf, namespaceOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { fields, text } from '../machinery/read.ts';

const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';

export interface TokenSecretParts {
  caPem: string;
  issue: (account: KubeObject, secretName: string) => string;
}

/** What becomes of a token Secret: filled, left as it is, or removed because its account is gone. */
export function decideTokenSecret(
  secret: KubeObject,
  account: KubeObject | undefined,
  parts: TokenSecretParts,
): KubeObject | 'delete' | undefined {
  const wanted = annotationsOf(secret)[ACCOUNT_UID];
  if (!account || (wanted !== undefined && wanted !== uidOf(account))) return 'delete';
  const data = fields(secret, 'data');
  const base64 = (value: string): string => Buffer.from(value, 'utf8').toString('base64');
  const next = {
    ...data,
    'ca.crt': data['ca.crt'] ?? base64(parts.caPem),
    namespace: data['namespace'] ?? base64(namespaceOf(secret)),
    token: data['token'] ?? base64(parts.issue(account, nameOf(secret))),
  };
  if (data['token'] !== undefined && data['ca.crt'] !== undefined && data['namespace'] !== undefined && wanted !== undefined)
    return undefined;
  const annotations = { ...annotationsOf(secret), [ACCOUNT_UID]: uidOf(account) };
  return { ...secret, metadata: { ...secret.metadata, annotations }, data: next };
}

/** Fills Secrets of type kubernetes.io/service-account-token, and removes those whose account is gone. */
export function tokenController(caPem: () => string, issue: TokenSecretParts['issue']): ClusterController {
  const secrets = new Map<string, string>();
  return new KeyedController({
    name: 'serviceaccount-token',
    component: 'serviceaccount-token-controller',
    watches: [
      {
        kind: SECRET,
        keys: ({ type, object }) => {
          if (text(object, 'type') !== TOKEN_TYPE) return [];
          const account = `${namespaceOf(object)}/${annotationsOf(object)[ACCOUNT] ?? ''}`;
          if (type === 'DELETED') secrets.delete(keyOf(object));
          else secrets.set(keyOf(object), account);
          return type === 'DELETED' ? [] : [keyOf(object)];
        },
      },
      {
        kind: SERVICE_ACCOUNT,
        keys: ({ object }) => [...secrets].filter(([, account]) => account === keyOf(object)).map(([secret]) => secret),
      },
    ],
    reconcile: async (key, { api, events }) => {
      const secret = api.peek(refOfKey(SECRET, key));
      if (!secret || isDeleting(secret)) return undefined;
      const name = annotationsOf(secret)[ACCOUNT] ?? '';
      const account = api.peek({ ...SERVICE_ACCOUNT, namespace: namespaceOf(secret), name });
      const outcome = decideTokenSecret(secret, account, { caPem: caPem(), issue });
      if (outcome === 'delete') await actOrThrow(api, events, [{ do: 'delete', object: secret }]);
      else if (outcome) await actOrThrow(api, events, [{ do: 'update', object: outcome }]);
      return undefined;
    },
  });
}
