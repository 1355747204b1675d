import type { JsonObject } from '../differential/shapes.ts';
import type { Script } from './script.ts';
import { daemonSet, NOBODY, pod, status } from './script.ts';
import type { Session } from './session.ts';

/** Pods that fit nowhere: what the scheduler says of each. */
const MISFITS: Readonly<Record<string, JsonObject>> = {
  selector: { nodeSelector: { no: 'where' } },
  cpu: { containers: [{ name: 'main', image: 'nginx:1', resources: { requests: { cpu: '100k', memory: '100Ti' } } }] },
  extended: { containers: [{ name: 'main', image: 'nginx:1', resources: { limits: { 'example.com/gpu': '1' } } }] },
  named: {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['none'] }] }],
        },
      },
    },
  },
  affinity: {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { is: 'absent' } } },
        ],
      },
    },
  },
  key: {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'no-such-label', labelSelector: { matchLabels: { app: 'key' } } }],
      },
    },
  },
  spread: {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'no-such-label', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'spread' } } },
    ],
  },
  claim: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'absent' } }] },
  gated: { schedulingGates: [{ name: 'example.com/wait' }] },
};

async function misfits(
  session: Session,
  specs: Readonly<Record<string, JsonObject>>,
  wanted: (event: JsonObject) => boolean = () => true,
): Promise<unknown> {
  for (const [name, spec] of Object.entries(specs)) await session.create('pods', pod(name, spec));
  await session.until('pods', ({ items }) => items.every((one) => JSON.stringify(status(one)).includes('PodScheduled')));
  const { pods, events } = (await session.see('pods', 'events')) as { pods: JsonObject[]; events: JsonObject[] };
  return {
    conditions: pods.map((one) => [(one['metadata'] as JsonObject)['name'], status(one)['conditions']]),
    events: once(events.filter(wanted)),
  };
}

/** How often the scheduler tries again, and says so again, is its own business. */
function once(events: readonly JsonObject[]): unknown[] {
  return [...new Set(events.map((event) => JSON.stringify(event)))].map((event): unknown => JSON.parse(event));
}

export const CLUSTER: readonly Script[] = [
  { name: 'scheduler: pods that fit nowhere', run: (session) => misfits(session, MISFITS) },
  {
    name: 'scheduler: anti-affinity fills the nodes, spread balances them',
    run: async (session) => {
      const required = [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'apart' } } }];
      const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
      for (const name of ['one', 'two', 'three']) {
        await session.create('pods', pod(name, apart, { app: 'apart' }));
        await session.until(`pods/${name}`, (seen) => JSON.stringify(status(seen)).includes('PodScheduled'));
      }
      const constraint = {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'even' } },
      };
      for (const name of ['e1', 'e2', 'e3', 'e4']) {
        await session.create('pods', pod(name, { topologySpreadConstraints: [constraint] }, { app: 'even' }));
        await session.until(`pods/${name}`, (seen) => JSON.stringify(status(seen)).includes('PodScheduled'));
      }
      const nodes = (await session.list('pods')).map((one) => ((one['spec'] as JsonObject)['nodeName'] ?? '') as string);
      const { pods } = (await session.see('pods')) as { pods: JsonObject[] };
      const pinned = { ...constraint, labelSelector: { matchLabels: { app: 'even' } } };
      const onFirst = {
        nodeSelector: { 'kubernetes.io/hostname': 'fake-1' },
        topologySpreadConstraints: [{ ...pinned, nodeAffinityPolicy: 'Ignore' }],
      };
      return {
        nodes: nodes.sort(),
        pods: pods.map(status),
        pinned: await misfits(session, { e5: onFirst }, (event) => event['reason'] !== 'Scheduled'),
      };
    },
  },
  {
    name: 'scheduler: a more important pod takes the place of a lesser one',
    run: async (session) => {
      const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
      const [never, priority] = [`${session.namespace}-never`, `${session.namespace}-high`];
      const priorityClass = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', value: 1000 };
      await session.must('POST', classes, { ...priorityClass, metadata: { name: priority } });
      await session.must('POST', classes, { ...priorityClass, metadata: { name: never }, preemptionPolicy: 'Never' });
      try {
        const port = (name: string, more: JsonObject = {}): JsonObject => {
          const containers = [{ name: 'main', image: 'nginx:1', ports: [{ containerPort: 80, hostPort: 31650 }] }];
          return pod(name, { nodeSelector: { 'kubernetes.io/hostname': 'fake-1' }, containers, ...more });
        };
        await session.create('pods', port('low'));
        await session.until('pods/low', (seen) => status(seen)['phase'] === 'Running');
        await session.create('pods', port('equal'));
        await session.until('pods/equal', (seen) => JSON.stringify(status(seen)).includes('Unschedulable'));
        await session.create('pods', port('high', { priorityClassName: never }));
        await session.until('pods/high', (seen) => JSON.stringify(status(seen)).includes('Unschedulable'));
        const before = await session.see('pods');
        await session.delete('pods/high');
        await session.gone('pods/high');
        await session.create('pods', port('higher', { priorityClassName: priority }));
        await session.until('pods/higher', (seen) => status(seen)['phase'] === 'Running');
        await session.gone('pods/low');
        const { pods, events } = (await session.see('pods', 'events')) as { pods: JsonObject[]; events: JsonObject[] };
        return [
          before,
          pods,
          once(events.filter(({ on, reason }) => on !== 'Pod high' && (reason === 'Preempted' || reason === 'FailedScheduling'))),
        ];
      } finally {
        for (const name of [never, priority]) await session.delete(`${classes}/${name}`);
      }
    },
  },
  {
    name: 'claims: no class, unknown class, volumes by hand, in use',
    run: async (session) => {
      const claim = (name: string, storageClassName: string, more: JsonObject = {}): JsonObject => ({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } }, ...more },
      });
      const volume = `${session.namespace}-pv`;
      const className = `${session.namespace}-hand`;
      const volumes = '/api/v1/persistentvolumes';
      const spec = {
        capacity: { storage: '2Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: className,
        hostPath: { path: '/tmp/x' },
      };
      const see = async () => [
        await session.see('persistentvolumeclaims', 'events'),
        strip(await session.must('GET', `${volumes}/${volume}`)),
      ];
      try {
        await session.must('POST', volumes, { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: volume }, spec });
        await session.create('persistentvolumeclaims', claim('none', ''));
        await session.create('persistentvolumeclaims', claim('unknown', 'no-such-class'));
        await session.create('persistentvolumeclaims', claim('big', className, { resources: { requests: { storage: '3Gi' } } }));
        await session.create('persistentvolumeclaims', claim('fits', className));
        await session.until('persistentvolumeclaims/fits', (seen) => status(seen)['phase'] === 'Bound');
        const bound = await see();
        await session.create('pods', pod('user', { ...NOBODY, volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'fits' } }] }));
        await session.delete('persistentvolumeclaims/fits');
        const held = await session.see('persistentvolumeclaims');
        await session.delete('pods/user');
        await session.gone('persistentvolumeclaims/fits');
        await session.until(`${volumes}/${volume}`, (seen) => status(seen)['phase'] === 'Released');
        return [bound, held, strip(await session.must('GET', `${volumes}/${volume}`))];
      } finally {
        await session.delete(`${volumes}/${volume}`);
      }
    },
  },
  {
    name: 'quota: status counts pods, claims and objects',
    run: async (session) => {
      const hard = {
        pods: '5',
        'requests.cpu': '2',
        'limits.memory': '4Gi',
        'count/configmaps': '10',
        secrets: '3',
        services: '4',
        'services.nodeports': '2',
        'requests.storage': '5Gi',
        persistentvolumeclaims: '2',
        'count/deployments.apps': '2',
      };
      await session.create('resourcequotas', { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'all' }, spec: { hard } });
      await session.until('resourcequotas/all', (seen) => status(seen)['used'] !== undefined);
      const empty = await session.see('resourcequotas');
      const resources = { requests: { cpu: '100m' }, limits: { memory: '128Mi', cpu: '1' } };
      await session.create('pods', pod('counted', { containers: [{ name: 'main', image: 'nginx:1', resources }], ...NOBODY }));
      await session.create('services', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'np' },
        spec: { type: 'NodePort', ports: [{ port: 80 }] },
      });
      const spec = { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } };
      await session.create('persistentvolumeclaims', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec });
      await session.until('resourcequotas/all', (seen) => JSON.stringify(status(seen)).includes('"100m"'));
      const used = await session.see('resourcequotas');
      await session.delete('pods/counted');
      await session.until('resourcequotas/all', (seen) => JSON.stringify(status(seen)).includes('"requests.cpu":"0"'));
      return [empty, used, await session.see('resourcequotas')];
    },
  },
  {
    name: 'namespace: what is in a new one, and what a service account token secret gets',
    run: async (session) => {
      await session.until('configmaps/kube-root-ca.crt', () => true);
      const annotations = { 'kubernetes.io/service-account.name': 'default' };
      await session.create('secrets', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'token', annotations },
        type: 'kubernetes.io/service-account-token',
      });
      await session.until('secrets/token', (seen) => 'token' in ((seen['data'] ?? {}) as JsonObject));
      await session.delete('configmaps/kube-root-ca.crt');
      await session.delete('serviceaccounts/default');
      await session.until('configmaps/kube-root-ca.crt', () => true);
      await session.until('serviceaccounts/default', () => true);
      const seen = (await session.see('configmaps', 'serviceaccounts', 'secrets')) as Record<string, JsonObject[]>;
      for (const object of Object.values(seen).flat()) object['data'] = Object.keys((object['data'] ?? {}) as JsonObject).sort();
      return seen;
    },
  },
];

/** Told alone: a further node is seen by every pod that waits. */
export const NODES: readonly Script[] = [
  {
    name: 'nodes: cordoned, tainted, and the pods there',
    run: async (session) => {
      const name = `${session.namespace}-node`;
      const place = `/api/v1/nodes/${name}`;
      const own = { key: 'example.com/workloads', value: session.namespace, effect: 'NoSchedule' };
      const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' };
      await session.must('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: { taints: [own] } });
      try {
        await session.until(
          place,
          (seen) =>
            JSON.stringify(status(seen)).includes('"Ready","status":"True"') || JSON.stringify(status(seen)).includes('KubeletReady'),
        );
        const tolerations = [{ key: own.key, operator: 'Exists', effect: 'NoSchedule' }];
        const here = { nodeSelector: { 'kubernetes.io/hostname': name } };
        const bears = { key: 'example.com/broken', operator: 'Exists', effect: 'NoExecute' };
        await session.create('daemonsets', daemonSet('agent', {}, { ...here, tolerations }));
        await session.create('pods', pod('goes', { ...here, tolerations }));
        await session.create('pods', pod('stays', { ...here, tolerations: [...tolerations, bears] }));
        await session.until('pods', ({ items }) => items.length === 3 && items.every((one) => status(one)['phase'] === 'Running'));
        await session.patch(place, { spec: { unschedulable: true } });
        await session.until(place, (seen) => JSON.stringify(seen['spec']).includes('node.kubernetes.io/unschedulable'));
        const cordoned = taintsOf(await session.must('GET', place));
        const late = await misfits(session, { late: { ...here, tolerations } }, (event) => event['reason'] === 'FailedScheduling');
        const taints = [own, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }, { key: bears.key, effect: 'NoExecute' }];
        await session.patch(place, { spec: { taints } });
        await session.gone('pods/goes');
        await session.until('daemonsets/agent', (seen) => status(seen)['desiredNumberScheduled'] === 0);
        await session.patch(place, { spec: { unschedulable: false } });
        await session.until(place, (seen) => !JSON.stringify(seen['spec']).includes('node.kubernetes.io/unschedulable'));
        const { pods, daemonsets, events } = (await session.see('pods', 'daemonsets', 'events')) as Record<string, JsonObject[]>;
        return [
          cordoned,
          late,
          pods,
          daemonsets,
          events?.filter(({ by, on }) => /taint|daemon/.test(String(by)) && !String(on).startsWith('Pod agent')),
          taintsOf(await session.must('GET', place)),
        ];
      } finally {
        await session.delete(place);
      }
    },
  },
];

/** Taints of a node; when they were added is of no interest. */
function taintsOf(node: JsonObject): string {
  const { taints } = (node['spec'] ?? {}) as JsonObject;
  return JSON.stringify(taints ?? [], (key, value: unknown) =>
    key === 'timeAdded' || (key === 'value' && String(value).startsWith('workloads-')) ? '*' : value,
  );
}

function strip(object: JsonObject): unknown {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    managedFields: _fields,
    ...metadata
  } = object['metadata'] as JsonObject;
  const text = JSON.stringify({ ...object, metadata }).replace(/"(uid|resourceVersion|lastPhaseTransitionTime)":"[^"]*"/g, '"$1":"*"');
  return JSON.parse(text);
}
