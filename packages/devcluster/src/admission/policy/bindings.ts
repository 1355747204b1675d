/** Which bindings cover a request, and with which parameters. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { Authorizer } from '../../auth/authorizer.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { matchesLabels } from '../../selectors/label-selector.ts';
import { labelSelectorOf } from '../../selectors/label-selector-object.ts';
import type { ResourceCatalog } from '../../server/resource-catalog.ts';
import type { Store } from '../../storage/store.ts';
import type { AdmissionRequest } from '../contract.ts';
import { member, members, textOf } from '../json-members.ts';
import { matchedType } from '../matching/rules.ts';
import { namespaceSelected, objectSelected } from '../matching/selectors.ts';

/** What policies of both kinds look at. */
export interface PolicyContext {
  readonly store: Store;
  readonly catalog: ResourceCatalog;
  readonly authorizer: Authorizer;
}

/** A binding that covers a request. */
export interface BoundPolicy {
  readonly policy: KubeObject;
  readonly binding: KubeObject;
  readonly spec: JsonObject;
  readonly bindingSpec: JsonObject;
  /** The type as which the request is covered. */
  readonly type: TypeInfo;
  /** Parameter objects, one `undefined` when the policy takes none; a text: why there are none though there must be. */
  readonly params: readonly (KubeObject | undefined)[] | string;
}

const GROUP = 'admissionregistration.k8s.io';
const NO_PARAMS = 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction';

/** Policies and bindings of one kind, e.g. `validatingadmissionpolicies`. */
export function boundPolicies(context: PolicyContext, plural: string, request: AdmissionRequest): BoundPolicy[] {
  const policies = context.store.table(`${GROUP}/${plural}`);
  const bindings = context.store.table(`${GROUP}/${plural.replace(/ies$/, 'ybindings')}`);
  if (bindings.count === 0 || request.type.group === GROUP) return [];
  const found: BoundPolicy[] = [];
  for (const binding of bindings.values()) {
    const bindingSpec = member(binding, 'spec');
    const policy = policies.get('', textOf(bindingSpec['policyName']));
    if (policy === undefined) continue;
    const spec = member(policy, 'spec');
    const type = matches(context, member(spec, 'matchConstraints'), request);
    if (type === undefined) continue;
    const own = bindingSpec['matchResources'] === undefined ? undefined : member(bindingSpec, 'matchResources');
    if (matches(context, own, request) === undefined) continue;
    found.push({ policy, binding, spec, bindingSpec, type, params: paramsOf(context, spec, member(bindingSpec, 'paramRef'), request) });
  }
  return found;
}

/** The type as which the constraints cover the request; undefined when they do not. No constraints at all cover everything. */
function matches({ store, catalog }: PolicyContext, constraints: JsonObject | undefined, request: AdmissionRequest): TypeInfo | undefined {
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

function paramsOf(
  { store, catalog }: PolicyContext,
  spec: JsonObject,
  reference: JsonObject,
  request: AdmissionRequest,
): readonly (KubeObject | undefined)[] | string {
  const kind = member(spec, 'paramKind');
  if (textOf(kind['kind']) === '' || Object.keys(reference).length === 0) return [undefined];
  const type = catalog.findKind(textOf(kind['apiVersion']), textOf(kind['kind']));
  if (type === undefined) return NO_PARAMS;
  const table = store.table(catalog.tableKey(type));
  const namespace = type.namespaced ? textOf(reference['namespace']) || request.namespace : '';
  const name = textOf(reference['name']);
  const selector = labelSelectorOf(reference['selector']);
  const found =
    name === ''
      ? [...table.values(namespace)].filter((each) => selector !== undefined && matchesLabels(selector, each.metadata.labels))
      : [table.get(namespace, name)].filter((each) => each !== undefined);
  if (found.length > 0) return found;
  return reference['parameterNotFoundAction'] === 'Allow' ? [] : NO_PARAMS;
}
