import { StatusError } from '../../server/answers/status-error.ts';
import { aboutType, forbidden } from '../../server/answers/status-reasons.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../contract.ts';
import { texts } from '../matching/rules.ts';
import { namespaceOf } from '../matching/selectors.ts';
import { reviewRequest } from '../review.ts';
import { type BoundPolicy, boundPolicies, type PolicyContext } from './bindings.ts';
import { decidePolicy, type PolicyDenial } from './decide.ts';
import { requestScope, withParams } from './scope.ts';

const CODES: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, Invalid: 422, RequestEntityTooLarge: 413 };

interface Denied extends PolicyDenial {
  readonly policy: string;
  readonly binding: string;
}

/** ValidatingAdmissionPolicies through their bindings: Deny refuses, Warn warns. */
export function validatingAdmissionPolicies(context: PolicyContext): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionPolicy',
    validate(request) {
      const denied = boundPolicies(context, 'validatingadmissionpolicies', request).flatMap((bound) => judge(context, bound, request));
      const [first] = denied;
      if (first !== undefined) throw refusal(request, first);
    },
  };
}

function judge(context: PolicyContext, bound: BoundPolicy, request: AdmissionRequest): Denied[] {
  const [policy, binding] = [bound.policy.metadata.name ?? '', bound.binding.metadata.name ?? ''];
  const denials: PolicyDenial[] =
    typeof bound.params === 'string' ? [{ message: bound.params, reason: 'Invalid' }] : evaluate(context, bound, bound.params, request);
  const actions = texts(bound.bindingSpec['validationActions']);
  if (actions.includes('Warn')) {
    for (const { message } of denials)
      request.warnings.push(`Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${message}`);
  }
  return actions.includes('Deny') ? denials.map((denial) => ({ ...denial, policy, binding })) : [];
}

function evaluate(
  context: PolicyContext,
  { spec, type }: BoundPolicy,
  params: Exclude<BoundPolicy['params'], string>,
  request: AdmissionRequest,
): PolicyDenial[] {
  const review = reviewRequest(request, type, request.object, request.oldObject);
  const scope = requestScope(review, request, context.authorizer);
  const namespace = namespaceOf(context.store, request);
  return params.flatMap((one) => decidePolicy(spec, withParams(scope, one, namespace)));
}

/** Only the first denial is told. */
function refusal(request: AdmissionRequest, { policy, binding, message, reason }: Denied): StatusError {
  const words = `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${message}`;
  const name = request.name || request.object?.metadata.name || request.object?.metadata.generateName || 'Unknown';
  const base = forbidden(aboutType(request.type), name, words);
  return new StatusError(CODES[reason] ?? 422, reason, base.message, { ...base.details, causes: [{ message: words }] });
}
