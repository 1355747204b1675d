/** Which CertificateSigningRequests the cluster's own signers approve and sign: pure decisions. */
import type { KubeObject } from '@caretaker/kube';
import type { CertificateRequest } from '../../tls/certificate-request.ts';
import { COMMON_NAME, ORGANIZATION } from '../../tls/names.ts';
import { createdAt } from '../machinery/objects.ts';
import { instant, integer, items, text } from '../machinery/read.ts';

export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
const [API_CLIENT, KUBELET_SERVING, LEGACY] = [
  'kubernetes.io/kube-apiserver-client',
  'kubernetes.io/kubelet-serving',
  'kubernetes.io/legacy-unknown',
];

const has = (request: KubeObject, type: string): boolean =>
  items(request, 'status', 'conditions').some((one) => text(one, 'type') === type && text(one, 'status') === 'True');

export const isIssued = (request: KubeObject): boolean => text(request, 'status', 'certificate') !== '';

/** Nobody has approved or denied it. */
export const isOpen = (request: KubeObject): boolean => !isIssued(request) && !has(request, 'Approved') && !has(request, 'Denied');

export const isToBeSigned = (request: KubeObject): boolean => !isIssued(request) && has(request, 'Approved') && !has(request, 'Failed');

export const usagesOf = (request: KubeObject): string[] => items(request, 'spec', 'usages').map(String);

/** Subresources of certificatesigningrequests whose creation by the requestor approves it, with what the condition says. */
export function approvals(request: KubeObject, asked: CertificateRequest): readonly { subresource: string; message: string }[] {
  if (text(request, 'spec', 'signerName') !== KUBELET_CLIENT || kubeletClient(asked, usagesOf(request)) !== undefined) return [];
  const own = text(request, 'spec', 'username') === (asked.subject.get(COMMON_NAME)?.at(-1) ?? '');
  return [
    ...(own
      ? [{ subresource: 'selfnodeclient', message: 'Auto approving self kubelet client certificate after SubjectAccessReview.' }]
      : []),
    { subresource: 'nodeclient', message: 'Auto approving kubelet client certificate after SubjectAccessReview.' },
  ];
}

/** One of the cluster's own signers is asked. */
export const isForUs = (request: KubeObject): boolean => text(request, 'spec', 'signerName') in SIGNERS;

/** What a request lacks for its signer; undefined when it may be signed. */
export function complaint(request: KubeObject, asked: CertificateRequest): string | undefined {
  return SIGNERS[text(request, 'spec', 'signerName')]?.(asked, usagesOf(request));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Requests that were decided upon are kept for an hour, others for a day. */
const [DECIDED, WAITING] = [HOUR, 24 * HOUR];

/** When a request is collected, in milliseconds of the wall clock; `certificateEnd` is when its certificate ends. */
export function collectedAt(request: KubeObject, certificateEnd: number | undefined): number {
  const conditions = items(request, 'status', 'conditions');
  if (conditions.length === 0) return createdAt(request) + WAITING;
  const ends = conditions.map((condition) => {
    const decided = instant(condition, 'lastUpdateTime') ?? Number.POSITIVE_INFINITY;
    return decided + (text(condition, 'type') === 'Approved' && !isIssued(request) ? WAITING : DECIDED);
  });
  return Math.min(...ends, certificateEnd ?? Number.POSITIVE_INFINITY);
}

/** As long as the real controller manager signs by default. */
const LONGEST = 365 * 24 * 60 * MINUTE;
const SHORTEST = 10 * MINUTE;
const BACKDATE = 5 * MINUTE;
/** The end of those that last less is not backdated. */
const SHORT = 8 * 60 * MINUTE;

/** From when to when the certificate is good, in milliseconds of the wall clock. */
export function validity(request: KubeObject, now: number): { notBefore: number; notAfter: number } {
  const wanted = integer(request, 'spec', 'expirationSeconds');
  const lifetime = wanted === undefined ? LONGEST : Math.max(SHORTEST, Math.min(wanted * 1000, LONGEST));
  return { notBefore: now - BACKDATE, notAfter: now + lifetime - (lifetime < SHORT ? 0 : BACKDATE) };
}

type Check = (asked: CertificateRequest, usages: readonly string[]) => string | undefined;

const SIGNERS: Readonly<Record<string, Check>> = {
  [API_CLIENT]: apiClient,
  [KUBELET_CLIENT]: kubeletClient,
  [KUBELET_SERVING]: kubeletServing,
  [LEGACY]: () => undefined,
};

function apiClient(_asked: CertificateRequest, usages: readonly string[]): string | undefined {
  const other = usages.find((usage) => !['digital signature', 'key encipherment', 'client auth'].includes(usage));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

function kubeletClient({ subject, names }: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!ofNodes(subject)) return 'subject organization is not system:nodes';
  const refused = (['dns', 'emails', 'addresses', 'uris'] as const).find((kind) => names[kind] > 0);
  if (refused !== undefined) return `${NAME_WORDS[refused]} subjectAltNames are not allowed`;
  return notANode(subject) ?? otherUsages(usages, 'client auth');
}

function kubeletServing({ subject, names }: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!ofNodes(subject)) return 'subject organization is not system:nodes';
  if (names.dns + names.addresses === 0) return 'DNS or IP subjectAltName is required';
  const refused = (['emails', 'uris'] as const).find((kind) => names[kind] > 0);
  if (refused !== undefined) return `${NAME_WORDS[refused]} subjectAltNames are not allowed`;
  return otherUsages(usages, 'server auth') ?? notANode(subject);
}

const NAME_WORDS = { dns: 'DNS', emails: 'Email', addresses: 'IP', uris: 'URI' } as const;

function ofNodes(subject: CertificateRequest['subject']): boolean {
  const groups = subject.get(ORGANIZATION) ?? [];
  return groups.length === 1 && groups[0] === 'system:nodes';
}

function notANode(subject: CertificateRequest['subject']): string | undefined {
  return (subject.get(COMMON_NAME)?.at(-1) ?? '').startsWith('system:node:')
    ? undefined
    : 'subject common name does not begin with system:node:';
}

/** Key encipherment is for keys that can encipher. */
function otherUsages(usages: readonly string[], purpose: string): string | undefined {
  const given = [...new Set(usages)].sort().join();
  const all = ['digital signature', 'key encipherment', purpose].sort();
  if (given === all.join() || given === all.filter((usage) => usage !== 'key encipherment').join()) return undefined;
  return `usages did not match [${all.join(' ')}]`;
}
