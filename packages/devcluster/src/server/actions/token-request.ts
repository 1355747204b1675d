import type { KubeObject } from '@caretaker/kube';
import { type BoundObject, ISSUER, type ServiceAccountTokens } from '../../auth/service-account-tokens.ts';
import { bodyType } from '../../schema/builtin-types.ts';
import type { SubresourceHandler } from '../contract.ts';
import { type ApiCore, timeText } from '../core.ts';
import { badRequest, invalid, notFound } from '../status-reasons.ts';

const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' };

/** POST serviceaccounts/<name>/token. */
export function tokenRequestHandler(core: ApiCore, tokens: ServiceAccountTokens): SubresourceHandler {
  return async (request, body, account) => {
    const type = bodyType('authentication.k8s.io', 'v1', 'TokenRequest');
    const spec = record(type === undefined ? body['spec'] : core.types.decode(type, body as never).object['spec']);
    const seconds =
      typeof spec['expirationSeconds'] === 'number' && spec['expirationSeconds'] !== 0 ? spec['expirationSeconds'] : DEFAULT_SECONDS;
    checkSeconds(seconds);
    const audiences = Array.isArray(spec['audiences']) && spec['audiences'].length > 0 ? spec['audiences'].map(String) : [ISSUER];
    const bound = boundObject(core, request.namespace ?? '', spec['boundObjectRef']);
    const { token, expires } = tokens.issue(account, { audiences, expirationSeconds: seconds, ...(bound === undefined ? {} : { bound }) });
    const { name, namespace, uid } = account.metadata;
    const object = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, uid, creationTimestamp: timeText(core.clock.now()) },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec['boundObjectRef'] ?? null },
      status: { token, expirationTimestamp: timeText(expires) },
    };
    return { status: 201, object: object as unknown as KubeObject };
  };
}

function checkSeconds(seconds: number): void {
  const field = 'spec.expirationSeconds';
  const refuse = (why: string): never => {
    throw invalid(KIND, '', [{ reason: 'FieldValueInvalid', message: `Invalid value: ${seconds}: ${why}`, field }]);
  };
  if (seconds < MIN_SECONDS) refuse('may not specify a duration less than 10 minutes');
  if (seconds > MAX_SECONDS) refuse('may not specify a duration larger than 2^32 seconds');
}

/** Kinds that a token may be bound to. */
const BINDABLE: Readonly<Record<string, string>> = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' };

function kindText(apiVersion: string, kind: string): string {
  return apiVersion.includes('/') ? `${apiVersion}, Kind=${kind}` : `/${apiVersion}, Kind=${kind}`;
}

function boundObject(core: ApiCore, namespace: string, reference: unknown): BoundObject | undefined {
  const { kind, name, uid } = record(reference);
  if (kind === undefined) return undefined;
  const plural = BINDABLE[String(kind)];
  if (plural === undefined)
    throw badRequest(`cannot bind token to object of type ${kindText(String(record(reference)['apiVersion'] ?? 'v1'), String(kind))}`);
  const object = core.store.table(`/${plural}`).get(plural === 'nodes' ? '' : namespace, String(name));
  if (object === undefined || (uid !== undefined && uid !== '' && uid !== object.metadata.uid))
    throw notFound({ group: '', plural }, String(name));
  return { kind: String(kind), name: String(name), uid: object.metadata.uid ?? '' };
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
