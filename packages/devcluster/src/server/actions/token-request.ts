import type { KubeObject } from '@caretaker/kube';
import { type BoundObject, ISSUER, type ServiceAccountTokens } from '../../auth/service-account-tokens.ts';
import { badRequest, conflict, invalid, notFound } from '../answers/status-reasons.ts';
import type { SubresourceHandler } from '../contract.ts';
import { type ApiCore, timeText } from '../core.ts';

const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' };

/** POST serviceaccounts/<name>/token. */
export function tokenRequestHandler(core: ApiCore, tokens: ServiceAccountTokens): SubresourceHandler {
  return async (request, body, account) => {
    const { name = '', namespace = '', uid = '' } = account.metadata;
    checkSubject(body, account);
    const spec = record(body['spec']);
    const seconds = typeof spec['expirationSeconds'] === 'number' ? spec['expirationSeconds'] : DEFAULT_SECONDS;
    checkSeconds(seconds);
    const audiences = Array.isArray(spec['audiences']) && spec['audiences'].length > 0 ? spec['audiences'].map(String) : [ISSUER];
    const bound = boundObjects(core, request.namespace ?? '', name, spec['boundObjectRef']);
    const { token, expires } = tokens.issue(account, { audiences, expirationSeconds: seconds, ...bound });
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

/** What the body says of the account must be true. */
function checkSubject(body: KubeObject, account: KubeObject): void {
  const { name = '', uid = '' } = account.metadata;
  const sent = body.metadata;
  if (sent.name !== undefined && sent.name !== '' && sent.name !== name) {
    const message = `Invalid value: ${JSON.stringify(sent.name)}: must match the service account name if specified`;
    throw invalid(KIND, name, [{ reason: 'FieldValueInvalid', message, field: 'metadata.name' }]);
  }
  if (sent.uid !== undefined && sent.uid !== '' && sent.uid !== uid) {
    const about = { group: KIND.group, plural: KIND.kind };
    throw conflict(about, name, `the UID in the token request (${sent.uid}) does not match the UID of the service account (${uid})`);
  }
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

/** The group of an apiVersion, and the kind with both as Go shows them. A version with several slashes counts as none. */
function kindOf(reference: Record<string, unknown>): { group: string; text: string; kind: string } {
  const parts = String(reference['apiVersion'] ?? '').split('/');
  const kind = String(reference['kind'] ?? '');
  const [group = '', version = ''] = parts.length > 2 ? ['', ''] : parts.length === 2 ? parts : ['', ...parts];
  return { group, kind, text: `${group}/${version}, Kind=${kind}` };
}

function boundObjects(core: ApiCore, namespace: string, account: string, ref: unknown): { bound?: BoundObject; node?: BoundObject } {
  if (ref === undefined || ref === null) return {};
  const { group, kind, text } = kindOf(record(ref));
  const plural = group === '' ? BINDABLE[kind] : undefined;
  if (plural === undefined) throw badRequest(`cannot bind token to object of type ${text}`);
  const { name = '', uid: wanted = '' } = record(ref);
  if (name === '') throw badRequest('Name parameter required.');
  const object = core.store.table(`/${plural}`).get(plural === 'nodes' ? '' : namespace, String(name));
  if (object === undefined) throw notFound({ group: '', plural }, String(name));
  const spec = record(object['spec']);
  if (kind === 'Pod' && spec['serviceAccountName'] !== account)
    throw badRequest(`cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`);
  const uid = object.metadata.uid ?? '';
  if (wanted !== '' && wanted !== uid) {
    const why = `the UID in the bound object reference (${String(wanted)}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', plural: kind }, String(name), why);
  }
  const node = kind === 'Pod' && typeof spec['nodeName'] === 'string' && spec['nodeName'] !== '' ? spec['nodeName'] : undefined;
  return { bound: { kind, name: String(name), uid }, ...(node === undefined ? {} : { node: nodeReference(core, node) }) };
}

function nodeReference(core: ApiCore, name: string): BoundObject {
  return { kind: 'Node', name, uid: core.store.table('/nodes').get('', name)?.metadata.uid ?? '' };
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
