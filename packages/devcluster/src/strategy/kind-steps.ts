/** Steps of single kinds before validation, by `group/Kind`. In place. */
import type { JsonObject } from '@caretaker/kube';
import { equalValues } from '../apply/typed-view.ts';
import { child, isObject, items, member } from '../defaulting/fill.ts';
import type { WriteContext } from '../schema/contract.ts';
import { TEMPLATE_GENERATION } from '../schema/objects.ts';
import { normalizeDataSources } from './claim-steps.ts';
import { POD_SUBRESOURCE_STEPS, podCreated } from './pod-steps.ts';
import { datedConditions, keptDecisions, requestedBy } from './signing-steps.ts';

export type CreateStep = (object: JsonObject, context: WriteContext) => void;
export type UpdateStep = (next: JsonObject, live: JsonObject, context: WriteContext) => void;

function namespace(object: JsonObject): void {
  const spec = child(object, 'spec');
  const finalizers = Array.isArray(spec['finalizers']) ? spec['finalizers'] : [];
  if (!finalizers.includes('kubernetes')) spec['finalizers'] = [...finalizers, 'kubernetes'];
  const metadata = child(object, 'metadata');
  if (typeof metadata['name'] === 'string') child(metadata, 'labels')['kubernetes.io/metadata.name'] = metadata['name'];
}

/** Secrets of an account are of its own namespace: only their names count. */
function secretNames(account: JsonObject): void {
  if (account['secrets'] === undefined) return;
  account['secrets'] = items(account, 'secrets').map(({ name }) => (name === undefined ? {} : { name }));
}

/** A Job without a selector of its own selects its pods by its uid. */
function job(object: JsonObject): void {
  const spec = child(object, 'spec');
  if (spec['manualSelector'] === true) return;
  const metadata = child(object, 'metadata');
  const uid = metadata['uid'] ?? '';
  const name = metadata['name'] ?? '';
  const templateMeta = child(child(spec, 'template'), 'metadata');
  const labels = child(templateMeta, 'labels');
  const given: JsonObject = {
    'batch.kubernetes.io/job-name': name,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'controller-uid': uid,
  };
  for (const key of Object.keys(given)) if (labels[key] === undefined) labels[key] = given[key] ?? '';
  if (spec['selector'] === undefined || spec['selector'] === null) spec['selector'] = {};
  const matchLabels = child(child(spec, 'selector'), 'matchLabels');
  if (matchLabels['batch.kubernetes.io/controller-uid'] === undefined) matchLabels['batch.kubernetes.io/controller-uid'] = uid;
}

function definition(object: JsonObject): void {
  const stored = items(child(object, 'spec'), 'versions').find((version) => version['storage'] === true);
  child(object, 'status')['storedVersions'] = stored === undefined ? null : [stored['name'] ?? ''];
}

function setTemplateGeneration(object: JsonObject, generation: number): void {
  const metadata = child(object, 'metadata');
  metadata['annotations'] = { ...member(metadata, 'annotations'), [TEMPLATE_GENERATION]: String(generation) };
}

/** Fields of other service types fall away when the type changes, unless the request changed them too. */
function service(next: JsonObject, live: JsonObject): void {
  const spec = child(next, 'spec');
  const old = child({ ...live }, 'spec');
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  const wasNode = old['type'] === 'NodePort' || old['type'] === 'LoadBalancer';
  const isNode = spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
  if (spec['type'] === 'ExternalName' && old['type'] !== 'ExternalName') {
    if (same(spec['clusterIP'], old['clusterIP']) && same(spec['clusterIPs'], old['clusterIPs'])) {
      delete spec['clusterIP'];
      delete spec['clusterIPs'];
    }
    for (const name of ['ipFamilies', 'ipFamilyPolicy']) if (same(spec[name], old[name])) delete spec[name];
  }
  if (wasNode && !isNode) {
    for (const port of items(spec, 'ports')) {
      const before = items(old, 'ports').find((one) => one['port'] === port['port'] && one['protocol'] === port['protocol']);
      if (before !== undefined && before['nodePort'] === port['nodePort']) delete port['nodePort'];
    }
  }
  if (isReachable(old) && !isReachable(spec) && same(spec['externalTrafficPolicy'], old['externalTrafficPolicy']))
    delete spec['externalTrafficPolicy'];
  if (hasHealthCheck(old) && !hasHealthCheck(spec) && same(spec['healthCheckNodePort'], old['healthCheckNodePort']))
    delete spec['healthCheckNodePort'];
  if (old['type'] === 'LoadBalancer' && spec['type'] !== 'LoadBalancer') {
    for (const name of ['allocateLoadBalancerNodePorts', 'loadBalancerClass']) if (same(spec[name], old[name])) delete spec[name];
  }
  hideTrafficPolicy(spec);
  if (spec['type'] !== 'LoadBalancer' && isObject(next['status'])) next['status'] = { ...next['status'], loadBalancer: {} };
}

/** An ExternalName has no traffic of its own. */
function hideTrafficPolicy(spec: JsonObject): void {
  if (spec['type'] === 'ExternalName') delete spec['internalTrafficPolicy'];
}

/** Whether clients outside of the cluster reach the service. */
const isReachable = (spec: JsonObject): boolean =>
  spec['type'] === 'LoadBalancer' || spec['type'] === 'NodePort' || (spec['type'] === 'ClusterIP' && hasExternal(spec));
const hasHealthCheck = (spec: JsonObject): boolean => spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local';
const hasExternal = (spec: JsonObject): boolean => Array.isArray(spec['externalIPs']) && spec['externalIPs'].length > 0;

/** A volume remembers when its phase last changed. */
function phaseTransition(next: JsonObject, live: JsonObject, context: WriteContext): void {
  const status = child(next, 'status');
  const before = member(live, 'status') ?? {};
  const given = status['lastPhaseTransitionTime'] ?? undefined;
  const same = status['phase'] === before['phase'];
  if (same && given === undefined && before['lastPhaseTransitionTime'] !== undefined)
    status['lastPhaseTransitionTime'] = before['lastPhaseTransitionTime'];
  else if (!same && (given === undefined || given === before['lastPhaseTransitionTime'])) status['lastPhaseTransitionTime'] = context.now;
}

/** The first version of the API no longer takes it. */
function withoutTopology(object: JsonObject): void {
  for (const endpoint of items(object, 'endpoints')) delete endpoint['deprecatedTopology'];
}

export const CREATE_STEPS: Readonly<Record<string, CreateStep>> = {
  '/Namespace': namespace,
  '/Pod': podCreated,
  '/PersistentVolumeClaim': (object) => normalizeDataSources(child(object, 'spec'), undefined),
  '/ServiceAccount': secretNames,
  'discovery.k8s.io/EndpointSlice': withoutTopology,
  'batch/Job': job,
  '/PersistentVolume': (object, context) => {
    child(object, 'status')['lastPhaseTransitionTime'] = context.now;
  },
  'certificates.k8s.io/CertificateSigningRequest': requestedBy,
  '/LimitRange': (object) => {
    const metadata = child(object, 'metadata');
    if ((metadata['name'] ?? '') === '' && (metadata['generateName'] ?? '') === '') metadata['name'] = metadata['uid'] ?? '';
  },
  '/Service': (object) => hideTrafficPolicy(child(object, 'spec')),
  'apps/DaemonSet': (object) => setTemplateGeneration(object, 1),
  'apiregistration.k8s.io/APIService': (object, context) => {
    if (member(child(object, 'spec'), 'service') !== undefined) return;
    const message = 'Local APIServices are always available';
    const available = { type: 'Available', status: 'True', lastTransitionTime: context.now, reason: 'Local', message };
    object['status'] = { conditions: [available] };
  },
  'apiextensions.k8s.io/CustomResourceDefinition': definition,
};

/** Of subresources other than the object itself, by `group/Kind/subresource`. */
export const SUBRESOURCE_STEPS: Readonly<Record<string, UpdateStep>> = {
  ...Object.fromEntries(Object.entries(POD_SUBRESOURCE_STEPS).map(([name, step]) => [`/Pod/${name}`, step])),
  '/PersistentVolume/status': phaseTransition,
  // the number of the template is part of the internal spec
  'apps/DaemonSet/status': (next, live) =>
    setTemplateGeneration(next, Number(member(member(live, 'metadata'), 'annotations')?.[TEMPLATE_GENERATION] ?? 0)),
  'certificates.k8s.io/CertificateSigningRequest/status': keptDecisions,
  'certificates.k8s.io/CertificateSigningRequest/approval': datedConditions,
};

export const UPDATE_STEPS: Readonly<Record<string, UpdateStep>> = {
  '/PersistentVolumeClaim': (next, live) => normalizeDataSources(child(next, 'spec'), member(live, 'spec')),
  '/Service': service,
  'discovery.k8s.io/EndpointSlice': withoutTopology,
  '/ServiceAccount': secretNames,
  '/Namespace': (next, live, context) => {
    if (context.subresource === '') child(next, 'spec')['finalizers'] = member(live, 'spec')?.['finalizers'] ?? null;
    if (child(next, 'spec')['finalizers'] === null) delete child(next, 'spec')['finalizers'];
  },
  'certificates.k8s.io/CertificateSigningRequest': (next, live) => {
    next['spec'] = live['spec'] ?? {};
  },
  '/Secret': (next, live) => {
    // an update without a type keeps the type
    if (next['type'] === undefined || next['type'] === '') next['type'] = live['type'] ?? 'Opaque';
  },
  'apps/DaemonSet': (next, live, context) => {
    const before = Number(member(member(live, 'metadata'), 'annotations')?.[TEMPLATE_GENERATION] ?? 0);
    const changed =
      context.subresource === '' && !equalValues(member(next, 'spec')?.['template'] ?? null, member(live, 'spec')?.['template'] ?? null);
    setTemplateGeneration(next, changed ? before + 1 : before);
  },
  'apiextensions.k8s.io/CustomResourceDefinition': (next, _live, context) => {
    if (context.subresource !== '') return;
    const status = member(next, 'status');
    const stored = Array.isArray(status?.['storedVersions']) ? status['storedVersions'] : [];
    const storage = items(child(next, 'spec'), 'versions').find((version) => version['storage'] === true)?.['name'];
    if (storage !== undefined && !stored.includes(storage)) next['status'] = { ...status, storedVersions: [...stored, storage] };
  },
  'batch/Job': (next) => {
    if (!isObject(next['status'])) next['status'] = {};
  },
};
