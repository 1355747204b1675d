import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../../schema/contract.ts';
import { POD_TEMPLATES } from '../../schema/pod-templates.ts';
import { aboutType, forbidden, invalid } from '../../server/answers/status-reasons.ts';
import type { Store } from '../../storage/store.ts';
import { obj, objs, str, sub } from '../../validation/parts/read.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../contract.ts';
import { details, violations } from './evaluate.ts';
import { isStricter, type Policy, policyOf, policyText } from './policy.ts';

/** The pod template of an object that makes pods. */
function templateOf({ group, kind }: TypeInfo, object: JsonObject): JsonObject | undefined {
  return POD_TEMPLATES[`${group}/${kind}`]?.reduce<JsonObject | undefined>((at, name) => obj(at, name), object);
}

/** The Pod Security Standards, as the labels of a namespace ask for them. Only pods are refused; what makes pods is warned about. */
export function podSecurity(store: Store): AdmissionPlugin {
  const policyIn = (namespace: string): Policy => policyOf(store.table('/namespaces').get('', namespace)?.metadata.labels);
  return {
    name: 'PodSecurity',
    validate(request) {
      const { type, operation, object } = request;
      if (object === undefined || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
      const key = `${type.group}/${type.plural}`;
      if (key === '/namespaces') checkNamespace(store, request, object);
      else if (key === '/pods') checkPod(policyIn, request, object);
      else if (request.subresource === '') warnOfTemplate(policyIn, request, templateOf(type, asJson(object)));
    },
  };
}

const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;

/** Subresources that do not change what a pod may do. */
const IGNORED = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status']);

function checkPod(policyIn: (namespace: string) => Policy, request: AdmissionRequest, pod: KubeObject): void {
  if (IGNORED.has(request.subresource)) return;
  if (request.oldObject !== undefined && !changesImages(asJson(pod), asJson(request.oldObject))) return;
  const { enforce, warn } = policyIn(request.namespace);
  const found = violations(enforce, asJson(pod));
  if (found.length > 0)
    throw forbidden(aboutType(request.type), request.name, `violates PodSecurity "${policyText(enforce)}": ${details(found)}`);
  warnOf(request, warn, asJson(pod));
}

function warnOfTemplate(policyIn: (namespace: string) => Policy, request: AdmissionRequest, template: JsonObject | undefined): void {
  if (template !== undefined) warnOf(request, policyIn(request.namespace).warn, template);
}

function warnOf(request: AdmissionRequest, level: Policy['warn'], pod: JsonObject): void {
  const found = violations(level, pod);
  if (found.length > 0) request.warnings.push(`would violate PodSecurity "${policyText(level)}": ${details(found)}`);
}

/** Of what can change in a pod, only images and new containers are judged again. */
function changesImages(next: JsonObject, old: JsonObject): boolean {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'];
  return lists.some((list) => {
    const before = objs(sub(old, 'spec'), list);
    const after = objs(sub(next, 'spec'), list);
    if (list !== 'ephemeralContainers' && before.length !== after.length) return true;
    return after.some((container, index) => {
      const same = list === 'ephemeralContainers' ? before.find((each) => each['name'] === container['name']) : before[index];
      return str(same, 'image') !== str(container, 'image');
    });
  });
}

function checkNamespace(store: Store, request: AdmissionRequest, namespace: KubeObject): void {
  if (request.subresource !== '') return;
  const next = policyOf(namespace.metadata.labels);
  const old = request.oldObject === undefined ? undefined : policyOf(request.oldObject.metadata.labels);
  if (next.errors.length > 0 && (old === undefined || JSON.stringify(old.errors) !== JSON.stringify(next.errors)))
    throw refusedLabels(request, next);
  if (old === undefined) return;
  const { enforce } = next;
  const relaxed = enforce.minor === old.enforce.minor && !isStricter(enforce.level, old.enforce.level);
  if (enforce.level !== 'privileged' && !relaxed) request.warnings.push(...podWarnings(store, request.name, enforce));
}

function refusedLabels(request: AdmissionRequest, policy: Policy) {
  const causes = policy.errors.map(({ label, value, detail }) => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value)}: ${detail}`,
    field: `metadata.labels[${label}]`,
  }));
  return invalid(request.type, request.name, causes);
}

/** Pods that are there already stay, but the caller hears of them: those with the same faults at once. */
function podWarnings(store: Store, namespace: string, level: Policy['enforce']): string[] {
  const byFault = new Map<string, string[]>();
  for (const pod of store.table('/pods').values(namespace)) {
    const found = violations(level, asJson(pod));
    if (found.length === 0) continue;
    const fault = found.map(({ reason }) => reason).join(', ');
    byFault.set(fault, [...(byFault.get(fault) ?? []), pod.metadata.name ?? '']);
  }
  if (byFault.size === 0) return [];
  const head = `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level "${policyText(level)}"`;
  const lines = [...byFault].map(([fault, names]) => {
    const [first = '', ...others] = names.sort();
    const more = others.length === 0 ? '' : ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
    return `${first}${more}: ${fault}`;
  });
  return [head, ...lines.sort()];
}
