/** The signers of certificates.k8s.io: the approver of kubelets' requests, and what signs approved requests with the cluster's authority. */
import { X509Certificate } from 'node:crypto';
import type { KubeObject } from '@caretaker/kube';
import type { Authorizer } from '../../auth/authorizer.ts';
import type { ClusterController } from '../../controllers/contract.ts';
import { type CertificateRequest, readCertificateRequest } from '../../tls/certificate-request.ts';
import { issueCertificate, type ServingCertificates } from '../../tls/certificates.ts';
import { actOrThrow } from '../machinery/action.ts';
import { KeyedController, type KeyedSpec } from '../machinery/keyed-controller.ts';
import { CERTIFICATE_SIGNING_REQUEST } from '../machinery/kinds.ts';
import { keyOf, refOfKey } from '../machinery/objects.ts';
import { fields, items, rfc3339, text } from '../machinery/read.ts';
import { approvals, collectedAt, complaint, isForUs, isOpen, isToBeSigned, usagesOf, validity } from './decide.ts';

const watches: KeyedSpec['watches'] = [
  { kind: CERTIFICATE_SIGNING_REQUEST, keys: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]) },
];

function asked(request: KubeObject): CertificateRequest {
  return readCertificateRequest(Buffer.from(text(request, 'spec', 'request'), 'base64').toString('latin1'));
}

function withCondition(request: KubeObject, condition: Readonly<Record<string, string>>): KubeObject {
  const status = fields(request, 'status');
  return { ...request, status: { ...status, conditions: [...items(status, 'conditions'), { ...condition, status: 'True' }] } };
}

/** Approves what a kubelet asks for, if whoever asks has the right to it. */
export function approvingController(authorizer: Authorizer): ClusterController {
  return new KeyedController({
    name: 'certificatesigningrequest-approving',
    component: 'certificate-controller',
    watches,
    reconcile: async (key, { api }) => {
      const request = api.peek(refOfKey(CERTIFICATE_SIGNING_REQUEST, key));
      if (request === undefined || !isOpen(request) || !isForUs(request)) return undefined;
      const user = {
        username: text(request, 'spec', 'username'),
        groups: items(request, 'spec', 'groups').map(String),
      };
      const granted = approvals(request, asked(request)).find(({ subresource }) => {
        const attributes = {
          group: 'certificates.k8s.io',
          resource: 'certificatesigningrequests',
          verb: 'create',
          version: '*',
          subresource,
        };
        return authorizer.decide(user, attributes).allowed;
      });
      if (granted === undefined) return undefined;
      const approved = withCondition(request, { type: 'Approved', reason: 'AutoApproved', message: granted.message });
      await api.update(approved, { subresource: 'approval' });
      return undefined;
    },
  });
}

/** Signs approved requests for Kubernetes' own signers. Without the authority's key it signs nothing. */
export function signingController(certificates: () => ServingCertificates): ClusterController {
  return new KeyedController({
    name: 'certificatesigningrequest-signing',
    component: 'certificate-controller',
    watches,
    reconcile: async (key, { api, events }) => {
      const request = api.peek(refOfKey(CERTIFICATE_SIGNING_REQUEST, key));
      const { caPem, caKeyPem } = certificates();
      if (request === undefined || caKeyPem === undefined || !isToBeSigned(request) || !isForUs(request)) return undefined;
      const wanted = asked(request);
      const why = complaint(request, wanted);
      const now = api.clock.now();
      const object =
        why === undefined
          ? withCertificate(
              request,
              issueCertificate({ caPem, caKeyPem }, wanted, issueOf(request, now), (count) => api.random.bytes(count)),
            )
          : withCondition(request, { type: 'Failed', reason: 'SignerValidationFailure', message: why, lastUpdateTime: rfc3339(now) });
      await actOrThrow(api, events, [{ do: 'status', object }]);
      return undefined;
    },
  });
}

/** Removes requests that nobody needs any longer. */
export function cleaningController(): ClusterController {
  return new KeyedController({
    name: 'certificatesigningrequest-cleaner',
    component: 'certificate-controller',
    watches,
    reconcile: async (key, { api, events }) => {
      const request = api.peek(refOfKey(CERTIFICATE_SIGNING_REQUEST, key));
      if (request === undefined) return undefined;
      const left = collectedAt(request, endOf(request)) - api.clock.now();
      if (left > 0) return Number.isFinite(left) ? left : undefined;
      await actOrThrow(api, events, [{ do: 'delete', object: request }]);
      return undefined;
    },
  });
}

/** When the certificate that was issued ends; undefined when there is none that can be read. */
function endOf(request: KubeObject): number | undefined {
  const pem = Buffer.from(text(request, 'status', 'certificate'), 'base64').toString('latin1');
  if (!pem.includes('BEGIN CERTIFICATE')) return undefined;
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    // another signer may have put anything there
    return undefined;
  }
}

const issueOf = (request: KubeObject, now: number) => ({ usages: usagesOf(request), ...validity(request, now) });

function withCertificate(request: KubeObject, pem: string): KubeObject {
  return { ...request, status: { ...fields(request, 'status'), certificate: Buffer.from(pem).toString('base64') } };
}
