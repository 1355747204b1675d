import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../../schema/contract.ts';
import { matchesLabels } from '../../selectors/label-selector.ts';
import { labelSelectorOf } from '../../selectors/label-selector-object.ts';
import type { ResourceCatalog } from '../../server/resource-catalog.ts';
import { StatusError } from '../../server/status-error.ts';
import { aboutType, forbidden } from '../../server/status-reasons.ts';
import type { Store } from '../../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../contract.ts';
import { member, members, textOf } from '../json-members.ts';
import { matchedType, texts } from '../matching/rules.ts';
import { namespaceOf, namespaceSelected, objectSelected } from '../matching/selectors.ts';
import { reviewRequest } from '../review.ts';
import { decidePolicy, type PolicyDenial } from './decide.ts';

const GROUP = 'admissionregistration.k8s.io';
const CODES: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, Invalid: 422, RequestEntityTooLarge: 413 };

interface Denied extends PolicyDenial {
  readonly policy: string;
  readonly binding: string;
}

/** ValidatingAdmissionPolicies through their bindings: Deny refuses, Warn warns. */
export function validatingAdmissionPolicies(store: Store, catalog: ResourceCatalog): AdmissionPlugin {
  const policies = store.table(`${GROUP}/validatingadmissionpolicies`);
  const bindings = store.table(`${GROUP}/validatingadmissionpolicybindings`);
  return {
    name: 'ValidatingAdmissionPolicy',
    validate(request) {
      if (bindings.count === 0 || request.type.group === GROUP) return;
      const denied: Denied[] = [];
      for (const binding of bindings.values()) {
        const spec = member(binding, 'spec');
        const policy = policies.get('', textOf(spec['policyName']));
        if (policy !== undefined) denied.push(...judge(store, catalog, policy, binding, request));
      }
      const [first] = denied;
      if (first !== undefined) throw refusal(request, first);
    },
  };
}

function judge(store: Store, catalog: ResourceCatalog, policy: KubeObject, binding: KubeObject, request: AdmissionRequest): Denied[] {
  const spec = member(policy, 'spec');
  const type = matches(store, catalog, member(spec, 'matchConstraints'), request);
  const bindingSpec = member(binding, 'spec');
  if (
    type === undefined ||
    matches(store, catalog, bindingSpec['matchResources'] === undefined ? undefined : member(bindingSpec, 'matchResources'), request) ===
      undefined
  )
    return [];
  const [policyName, bindingName] = [policy.metadata.name ?? '', binding.metadata.name ?? ''];
  const found = paramsOf(store, catalog, spec, member(bindingSpec, 'paramRef'), request);
  const denials =
    found === 'denied'
      ? [
          {
            message: 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
            reason: 'Invalid',
          },
        ]
      : found.flatMap((params) => evaluate(store, spec, type, request, params));
  const actions = texts(bindingSpec['validationActions']);
  const named = denials.map((denial) => ({ ...denial, policy: policyName, binding: bindingName }));
  if (actions.includes('Warn')) {
    for (const { message } of named)
      request.warnings.push(`Validation failed for ValidatingAdmissionPolicy '${policyName}' with binding '${bindingName}': ${message}`);
  }
  return actions.includes('Deny') ? named : [];
}

function evaluate(
  store: Store,
  spec: JsonObject,
  type: TypeInfo,
  request: AdmissionRequest,
  params: KubeObject | undefined,
): PolicyDenial[] {
  const review = reviewRequest(request, type, request.object, request.oldObject);
  return decidePolicy(spec, {
    object: review.object,
    oldObject: review.oldObject,
    request: review,
    params: params ?? null,
    namespaceObject: namespaceOf(store, request) ?? null,
  });
}

/** The type as which the constraints cover the request; undefined when they do not. No constraints at all cover everything. */
function matches(
  store: Store,
  catalog: ResourceCatalog,
  constraints: JsonObject | undefined,
  request: AdmissionRequest,
): TypeInfo | undefined {
  if (constraints === undefined) return request.type;
  if (!namespaceSelected(store, constraints['namespaceSelector'], request) || !objectSelected(constraints['objectSelector'], request))
    return undefined;
  const others = catalog
    .all()
    .filter((type) => type.group === request.type.group && type.plural === request.type.plural && type !== request.type);
  const equivalent = constraints['matchPolicy'] !== 'Exact';
  if (matchedType(members(constraints, 'excludeResourceRules'), request, others, equivalent) !== undefined) return undefined;
  const rules = members(constraints, 'resourceRules');
  return rules.length === 0 ? request.type : matchedType(rules, request, others, equivalent);
}

/** Parameter objects of a binding; one `undefined` when the policy takes none. */
function paramsOf(
  store: Store,
  catalog: ResourceCatalog,
  spec: JsonObject,
  reference: JsonObject,
  request: AdmissionRequest,
): (KubeObject | undefined)[] | 'denied' {
  const kind = member(spec, 'paramKind');
  if (textOf(kind['kind']) === '' || Object.keys(reference).length === 0) return [undefined];
  const type = catalog.findKind(textOf(kind['apiVersion']), textOf(kind['kind']));
  if (type === undefined) return 'denied';
  const table = store.table(catalog.tableKey(type));
  const namespace = type.namespaced ? textOf(reference['namespace']) || request.namespace : '';
  const name = textOf(reference['name']);
  const selector = labelSelectorOf(reference['selector']);
  const found =
    name === ''
      ? [...table.values(namespace)].filter((each) => selector !== undefined && matchesLabels(selector, each.metadata.labels))
      : [table.get(namespace, name)].filter((each) => each !== undefined);
  if (found.length > 0) return found;
  return reference['parameterNotFoundAction'] === 'Allow' ? [] : 'denied';
}

/** Only the first denial is told. */
function refusal(request: AdmissionRequest, { policy, binding, message, reason }: Denied): StatusError {
  const words = `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${message}`;
  const base = forbidden(aboutType(request.type), request.name, words);
  return new StatusError(CODES[reason] ?? 422, reason, base.message, { ...base.details, causes: [{ message: words }] });
}
