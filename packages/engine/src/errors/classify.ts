import type { ApiStatus, ObjectRef } from '@caretaker/kube';
import { refText } from '../prepare/object-key.ts';
import type { ErrorCode } from '../types/error-code.ts';
import { apiStatusOf, isFieldConflict } from './api-status.ts';
import { EngineError } from './engine-error.ts';

const immutableWords = /field is immutable|may not change once set|is immutable after creation|updates to \S+ spec for fields other than/i;

/** What a failed write means. The server's own words stay in the message: people grep for them. */
export function classify(error: unknown, ref: ObjectRef): EngineError {
  if (error instanceof EngineError) return error;
  const status = apiStatusOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (!status)
    return new EngineError('ApiUnavailable', message, { cause: error, hint: 'the API server did not answer; tried again by itself' });
  const [code, hint] = codeOf(status, ref);
  const words = code === 'Immutable' ? immutableMessage(status, ref) : message;
  const retryAfterMs = status.retryAfterSeconds === undefined ? undefined : status.retryAfterSeconds * 1000;
  return new EngineError(code, words, {
    cause: error,
    ...(hint ? { hint } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function codeOf(status: ApiStatus, ref: ObjectRef): [ErrorCode, string] {
  const text = status.message;
  switch (status.code) {
    case 400:
    case 422:
      if (/admission webhook|ValidatingAdmissionPolicy|denied the request/i.test(text)) return denied;
      if (isImmutable(status)) return ['Immutable', 'set onImmutable: Recreate, or change the template back'];
      return ['Invalid', 'the object does not pass the API server: correct the template'];
    case 401:
      return ['Forbidden', 'the operator is not known to the cluster: check its token'];
    case 403:
      if (status.causes.some((cause) => cause.reason === 'NamespaceTerminating') || /because it is being terminated/.test(text)) {
        return ['NamespaceTerminating', 'the namespace is being deleted'];
      }
      if (/exceeded quota/.test(text)) return ['QuotaExceeded', 'raise the ResourceQuota of the namespace, or lower what is asked for'];
      if (/admission webhook|ValidatingAdmissionPolicy|denied the request|violates PodSecurity/i.test(text)) return denied;
      return ['Forbidden', 'grant the operator this verb on this resource (kubectl auth can-i)'];
    case 404:
      if (namesNamespace(status, ref)) return ['NamespaceNotFound', 'create the namespace, or add it to the template as a dependency'];
      return ['KindNotFound', 'the cluster does not serve this kind: is its CRD installed?'];
    case 409:
      return isFieldConflict(status)
        ? ['FieldConflict', 'see the managers named']
        : ['StaleRead', 'the object changed meanwhile; tried again by itself'];
    case 413:
      return ['Invalid', 'the object is too large'];
    default:
      return ['ApiUnavailable', 'the API server failed; tried again by itself'];
  }
}

/** The server quotes whole pod templates in this message; which fields they are is what people need. */
function immutableMessage(status: ApiStatus, ref: ObjectRef): string {
  const fields = status.causes.filter((cause) => immutableWords.test(cause.message ?? '')).flatMap((cause) => cause.field ?? []);
  const which = fields.length > 0 ? [...new Set(fields)].join(', ') : 'spec';
  return `${refText(ref)}: field is immutable: ${which}`;
}

const denied: [ErrorCode, string] = ['Denied', 'an admission policy refused the object: its message says why'];

/** Whether a 404 speaks of the namespace and not of the object or its kind. */
export function namesNamespace(status: ApiStatus, ref: ObjectRef): boolean {
  return status.code === 404 && ref.namespace !== undefined && status.message.includes(`namespaces "${ref.namespace}" not found`);
}

export function isImmutable(status: ApiStatus): boolean {
  if (status.code !== 422) return false;
  return immutableWords.test(status.message) || status.causes.some((cause) => immutableWords.test(cause.message ?? ''));
}
