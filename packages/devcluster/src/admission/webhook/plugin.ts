import type { Clock, JsonObject, JsonValue, KubeObject, Random } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { Authorizer } from '../../auth/authorizer.ts';
import { applyJsonPatch } from '../../patch/json-patch.ts';
import type { TypeInfo, TypeOperations } from '../../schema/contract.ts';
import { aboutType, badRequest, forbidden, internalError } from '../../server/answers/status-reasons.ts';
import type { ResourceCatalog } from '../../server/resource-catalog.ts';
import { newUid } from '../../server/writes/object-meta.ts';
import type { Store } from '../../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../contract.ts';
import { members, textOf } from '../json-members.ts';
import { conditionsHold } from '../match-conditions.ts';
import { matchedType } from '../matching/rules.ts';
import { namespaceSelected, objectSelected } from '../matching/selectors.ts';
import { requestScope } from '../policy/scope.ts';
import type { MutationRounds } from '../reinvocation.ts';
import { reviewRequest } from '../review.ts';
import { denial, readVerdict, type WebhookVerdict } from './answer.ts';
import { callWebhook } from './call.ts';
import { endpointOf } from './endpoint.ts';

/** What both kinds of webhooks need. */
export interface WebhookContext {
  readonly store: Store;
  readonly catalog: ResourceCatalog;
  readonly types: TypeOperations;
  readonly clock: Clock;
  readonly random: Random;
  readonly authorizer: Authorizer;
}

/** Kinds that no webhook is asked about, so that a broken one can always be removed. */
const EXEMPT = new Set([
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/mutatingadmissionpolicies',
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings',
]);

interface MatchedWebhook {
  readonly webhook: JsonObject;
  readonly type: TypeInfo;
}

export function mutatingWebhooks(context: WebhookContext): AdmissionPlugin {
  const table = context.store.table('admissionregistration.k8s.io/mutatingwebhookconfigurations');
  return {
    name: 'MutatingAdmissionWebhook',
    mutate(request, rounds) {
      if (table.count === 0 || isExempt(request)) return;
      const webhooks = [...table.values()].flatMap((configuration) =>
        members(configuration, 'webhooks').map((webhook, index) => ({ key: `${configuration.metadata.name ?? ''}/${index}`, webhook })),
      );
      return runMutating(context, webhooks, request, rounds);
    },
  };
}

export function validatingWebhooks(context: WebhookContext): AdmissionPlugin {
  const table = context.store.table('admissionregistration.k8s.io/validatingwebhookconfigurations');
  return {
    name: 'ValidatingAdmissionWebhook',
    validate(request) {
      if (table.count === 0 || isExempt(request)) return;
      const webhooks = [...table.values()].flatMap((configuration) => members(configuration, 'webhooks'));
      const matched = webhooks.flatMap((webhook) => match(context, webhook, request) ?? []);
      if (matched.length > 0) return runValidating(context, matched, request);
    },
  };
}

function isExempt(request: AdmissionRequest): boolean {
  return EXEMPT.has(`${request.type.group}/${request.type.plural}`);
}

/** Throws StatusError 403 when a matchCondition cannot be evaluated and the webhook must not be passed over. */
function match(context: WebhookContext, webhook: JsonObject, request: AdmissionRequest): MatchedWebhook[] | undefined {
  const others = context.catalog
    .all()
    .filter((type) => type.group === request.type.group && type.plural === request.type.plural && type !== request.type);
  const type = matchedType(members(webhook, 'rules'), request, others, webhook['matchPolicy'] !== 'Exact');
  if (type === undefined) return undefined;
  if (!namespaceSelected(context.store, webhook['namespaceSelector'], request) || !objectSelected(webhook['objectSelector'], request))
    return undefined;
  const conditions = members(webhook, 'matchConditions');
  if (conditions.length > 0) {
    const review = reviewRequest(request, type, request.object, request.oldObject);
    try {
      if (!conditionsHold(conditions, { authorizer: true }, requestScope(review, request, context.authorizer))) return undefined;
    } catch (error) {
      if (webhook['failurePolicy'] === 'Ignore') return undefined;
      throw forbidden(aboutType(request.type), request.name, error instanceof Error ? error.message : String(error));
    }
  }
  return [{ webhook, type }];
}

/** In the second round only those are called that ask for it, when the object changed after them. */
async function runMutating(
  context: WebhookContext,
  webhooks: readonly { readonly key: string; readonly webhook: JsonObject }[],
  request: AdmissionRequest,
  rounds: MutationRounds,
): Promise<void> {
  const reinvocable = rounds.of('webhooks');
  if (rounds.second) reinvocable.resume(request.object);
  for (const { key, webhook } of webhooks) {
    // An earlier patch may bring the object into a selector, or out of it.
    const [matched] = match(context, webhook, request) ?? [];
    if (matched === undefined || (rounds.second && !reinvocable.isCalledAgain(key))) continue;
    if (await mutateWith(context, matched, request)) {
      reinvocable.changed();
      rounds.want();
    }
    if (webhook['reinvocationPolicy'] === 'IfNeeded') reinvocable.called(key);
  }
  reinvocable.leave(request.object);
}

async function mutateWith(context: WebhookContext, matched: MatchedWebhook, request: AdmissionRequest): Promise<boolean> {
  const verdict = await ask(context, matched, request, true);
  if (verdict === undefined) return false;
  if (!verdict.allowed) throw denial(textOf(matched.webhook['name']), verdict.status);
  if (verdict.patch === undefined || verdict.patch.length === 0 || request.object === undefined) return false;
  const sent = seenAs(context, matched.type, request, request.object);
  const object = patched(context, matched.type, sent, verdict.patch);
  if (equalValues(object as unknown as JsonValue, sent as unknown as JsonValue)) return false;
  request.object = matched.type === request.type ? object : context.types.convert(matched.type, request.type, object);
  return true;
}

/** Throws StatusError 500 when the patch cannot be applied or its result is no object of the type. */
function patched(context: WebhookContext, type: TypeInfo, sent: KubeObject, patch: readonly JsonValue[]): KubeObject {
  try {
    const made = applyJsonPatch(structuredClone(sent) as unknown as JsonObject, patch);
    const { object: known } = context.types.decode(type, made);
    // what the schema of a custom resource does not know is kept for the webhooks that follow, not for the storage
    const object = type.custom === undefined ? known : { ...structuredClone(made as unknown as KubeObject), metadata: known.metadata };
    context.types.applyDefaults(type, object);
    return object;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw internalError(words.replace(/^\S+ in version \S+ cannot be handled as a \S+: /, ''));
  }
}

async function runValidating(context: WebhookContext, matched: readonly MatchedWebhook[], request: AdmissionRequest): Promise<void> {
  const outcomes = await Promise.allSettled(
    matched.map(async (each) => {
      const verdict = await ask(context, each, request, false);
      if (verdict !== undefined && !verdict.allowed) throw denial(textOf(each.webhook['name']), verdict.status);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

function seenAs(context: WebhookContext, type: TypeInfo, request: AdmissionRequest, object: KubeObject): KubeObject {
  return type === request.type ? object : context.types.convert(request.type, type, object);
}

/** undefined when the webhook failed and may be ignored. Throws StatusError. */
async function ask(
  context: WebhookContext,
  { webhook, type }: MatchedWebhook,
  request: AdmissionRequest,
  mutating: boolean,
): Promise<WebhookVerdict | undefined> {
  const name = textOf(webhook['name']);
  const sideEffects = webhook['sideEffects'];
  if (request.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') {
    throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
  }
  const view = (object: KubeObject | undefined): KubeObject | undefined =>
    object === undefined ? undefined : seenAs(context, type, request, object);
  const uid = newUid(context.random);
  const version =
    Array.isArray(webhook['admissionReviewVersions']) && !webhook['admissionReviewVersions'].includes('v1') ? 'v1beta1' : 'v1';
  const review = {
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: { uid, ...reviewRequest(request, type, view(request.object), view(request.oldObject)) },
  };
  try {
    const verdict = readVerdict(await call(context, webhook, JSON.stringify(review)), uid, mutating);
    request.warnings.push(...verdict.warnings);
    return verdict;
  } catch (error) {
    if (webhook['failurePolicy'] === 'Ignore') return undefined;
    throw internalError(`failed calling webhook ${JSON.stringify(name)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function call(context: WebhookContext, webhook: JsonObject, body: string) {
  try {
    const timeout = Number(webhook['timeoutSeconds'] ?? 10);
    return await callWebhook(endpointOf(context.store, webhook, timeout), body, timeout, context.clock);
  } catch (error) {
    throw new Error(`failed to call webhook: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
