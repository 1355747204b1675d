import type { GroupVersionKind } from '../types/object.ts';
import { KubeError } from './kube-error.ts';

/** The cluster does not serve this kind (now): its CustomResourceDefinition is not installed, or not in this version. */
export class UnknownKindError extends KubeError {
  readonly kind: GroupVersionKind;

  constructor(kind: GroupVersionKind) {
    super('KUBE_KIND_UNKNOWN', `the cluster does not have the kind ${kind.kind} of ${kind.apiVersion}`, {
      retryable: true,
      hint: 'install its CustomResourceDefinition, or correct apiVersion and kind (kubectl api-resources)',
    });
    this.kind = { apiVersion: kind.apiVersion, kind: kind.kind };
  }
}
