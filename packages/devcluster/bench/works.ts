import { type BenchObject, configMap, deployment, pod, service, widget } from './objects.ts';

/** One request of the bench. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
}

/** One line of the table: the request that is sent for each index. Lines build on the objects of the lines before them. */
export interface Work {
  readonly name: string;
  request(index: number): BenchRequest;
}

export const NAMESPACE = 'caretaker-bench';

const core = (plural: string): string => `/api/v1/namespaces/${NAMESPACE}/${plural}`;
const CONFIG_MAPS = core('configmaps');
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const WIDGETS = `/apis/bench.caretaker.dev/v1/namespaces/${NAMESPACE}/widgets`;

const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

function post(path: string, object: BenchObject): BenchRequest {
  return { method: 'POST', path, type: 'application/json', body: JSON.stringify(object) };
}

function put(path: string, object: BenchObject): BenchRequest {
  return { method: 'PUT', path: `${path}/${object.metadata.name}`, type: 'application/json', body: JSON.stringify(object) };
}

function apply(path: string, object: BenchObject, manager = 'bench'): BenchRequest {
  const target = `${path}/${object.metadata.name}?fieldManager=${manager}&force=true`;
  return { method: 'PATCH', path: target, type: 'application/apply-patch+yaml', body: JSON.stringify(object) };
}

const patch = (type: string, path: string, body: unknown): BenchRequest => ({ method: 'PATCH', path, type, body: JSON.stringify(body) });

const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: 'main', image: name }] } } } });

const DEPLOYMENT_STATUS = {
  status: {
    observedGeneration: 1,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    conditions: [
      { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' },
    ],
  },
};

export const WORKS: readonly Work[] = [
  { name: 'POST ConfigMap', request: (index) => post(CONFIG_MAPS, configMap(`a-${index}`)) },
  { name: 'apply ConfigMap (create)', request: (index) => apply(CONFIG_MAPS, configMap(`b-${index}`)) },
  { name: 'apply ConfigMap (change)', request: (index) => apply(CONFIG_MAPS, configMap(`b-${index}`, 'changed')) },
  { name: 'apply ConfigMap (no change)', request: (index) => apply(CONFIG_MAPS, configMap(`b-${index}`, 'changed')) },
  { name: 'POST Deployment', request: (index) => post(DEPLOYMENTS, deployment(`c-${index}`)) },
  { name: 'PUT Deployment', request: (index) => put(DEPLOYMENTS, deployment(`c-${index}`, 'example.com/app:2')) },
  { name: 'apply Deployment (create)', request: (index) => apply(DEPLOYMENTS, deployment(`d-${index}`)) },
  { name: 'apply Deployment (no change)', request: (index) => apply(DEPLOYMENTS, deployment(`d-${index}`)) },
  { name: 'apply Deployment (change)', request: (index) => apply(DEPLOYMENTS, deployment(`d-${index}`, 'example.com/app:2')) },
  {
    name: 'apply Deployment (taken from another)',
    request: (index) => apply(DEPLOYMENTS, deployment(`d-${index}`, 'example.com/app:3'), 'other'),
  },
  { name: 'merge patch Deployment', request: (index) => patch(MERGE, `${DEPLOYMENTS}/d-${index}`, { spec: { replicas: 2 } }) },
  {
    name: 'strategic patch Deployment',
    request: (index) => patch(STRATEGIC, `${DEPLOYMENTS}/d-${index}`, image('example.com/app:4')),
  },
  { name: 'status patch Deployment', request: (index) => patch(MERGE, `${DEPLOYMENTS}/d-${index}/status`, DEPLOYMENT_STATUS) },
  { name: 'GET Deployment', request: (index) => ({ method: 'GET', path: `${DEPLOYMENTS}/d-${index}` }) },
  { name: 'apply Service (create)', request: (index) => apply(core('services'), service(`s-${index}`)) },
  { name: 'POST Pod', request: (index) => post(core('pods'), pod(`p-${index}`)) },
  { name: 'apply custom resource (create)', request: (index) => apply(WIDGETS, widget(`w-${index}`)) },
  { name: 'apply custom resource (change)', request: (index) => apply(WIDGETS, widget(`w-${index}`, 4)) },
  {
    name: 'status patch custom resource',
    request: (index) => patch(MERGE, `${WIDGETS}/w-${index}/status`, { status: { phase: 'Ready', ready: 3 } }),
  },
  { name: 'DELETE ConfigMap', request: (index) => ({ method: 'DELETE', path: `${CONFIG_MAPS}/a-${index}` }) },
];
