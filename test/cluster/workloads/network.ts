import type { JsonObject } from '../differential/shapes.ts';
import type { Script } from './script.ts';
import { deployment, nameOf, pod, status } from './script.ts';

function service(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, labels: { of: name } }, spec: { selector: { app: 'web' }, ...spec } };
}

export const NETWORK: readonly Script[] = [
  {
    name: 'service: slices and endpoints of pods',
    run: async (session) => {
      const seen: unknown[] = [];
      const see = async () => seen.push(await session.see('endpointslices', 'endpoints'));
      const ports = [{ name: 'http', containerPort: 8080 }];
      const web = (name: string): JsonObject => {
        const made = pod(name, {}, { app: 'web' });
        const spec = made['spec'] as JsonObject;
        return {
          ...made,
          spec: { ...spec, nodeSelector: { 'kubernetes.io/hostname': 'fake-1' }, containers: [{ name: 'main', image: 'nginx:1', ports }] },
        };
      };
      const list = [{ name: 'a', port: 80, targetPort: 'http', appProtocol: 'kubernetes.io/h2c' }];
      await session.create('services', service('web', { ports: list }));
      await session.create('services', service('none', { clusterIP: 'None', ports: [{ port: 80 }], publishNotReadyAddresses: true }));
      await session.create('services', service('bare', { clusterIP: 'None' }));
      await see();
      for (const name of ['one']) {
        await session.create('pods', web(name));
        await session.until(`pods/${name}`, (seen) => status(seen)['phase'] === 'Running');
      }
      await session.until('endpointslices', ({ items }) => items.every((slice) => Array.isArray(slice['endpoints'])));
      await see();
      await session.patch('services/web', { metadata: { labels: { more: 'yes' } } });
      await session.delete('services/bare');
      await see();
      await session.patch('services/none', { spec: { selector: null } });
      await see();
      return seen;
    },
  },
  {
    name: 'service: names, other families, no selector',
    run: async (session) => {
      await session.create('services', { ...service('out', { type: 'ExternalName', externalName: 'example.com', selector: null }) });
      await session.create('services', service('hand', { selector: null, ports: [{ port: 80 }] }));
      const subsets = [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port: 8080 }] }];
      await session.create('endpoints', {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 'hand', labels: { of: 'hand' } },
        subsets,
      });
      await session.until('endpointslices', ({ items }) => items.length === 1);
      const made = await session.see('endpointslices', 'endpoints');
      await session.delete('endpoints/hand');
      await session.until('endpointslices', ({ items }) => items.length === 0);
      return made;
    },
  },
  {
    name: 'budgets: counts, and evictions that they forbid',
    run: async (session) => {
      const budget = (name: string, spec: JsonObject): JsonObject => ({
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name },
        spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
      });
      await session.create('poddisruptionbudgets', budget('pdb', { minAvailable: '60%' }));
      const empty = await session.see('poddisruptionbudgets');
      await session.create('deployments', deployment('web', { replicas: 3 }));
      await session.until('deployments/web', (seen) => status(seen)['availableReplicas'] === 3);
      await session.until('poddisruptionbudgets/pdb', (seen) => status(seen)['currentHealthy'] === 3);
      const full = await session.see('poddisruptionbudgets');
      const evict = async (dryRun = false) => {
        const [first] = (await session.list('pods')).filter((one) => (one['metadata'] as JsonObject)['deletionTimestamp'] === undefined);
        const name = nameOf(first ?? {});
        const body = {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name },
          ...(dryRun ? { deleteOptions: { dryRun: ['All'] } } : {}),
        };
        const { status: code, body: answer } = await session.send('POST', `pods/${name}/eviction`, body);
        return { code, answer };
      };
      const answers = [await evict(true), await evict()];
      await session.until(
        'poddisruptionbudgets/pdb',
        (seen) => status(seen)['currentHealthy'] === 3 && status(seen)['disruptionsAllowed'] === 1,
      );
      await session.patch('poddisruptionbudgets/pdb', { spec: { minAvailable: 3 } });
      await session.until('poddisruptionbudgets/pdb', (seen) => status(seen)['disruptionsAllowed'] === 0);
      answers.push(await evict());
      await session.patch('poddisruptionbudgets/pdb', { spec: { minAvailable: null, maxUnavailable: 1 } });
      await session.until('poddisruptionbudgets/pdb', (seen) => status(seen)['disruptionsAllowed'] === 1);
      const last = await session.see('poddisruptionbudgets');
      await session.create('poddisruptionbudgets', budget('second', { maxUnavailable: '50%' }));
      answers.push(await evict());
      return [empty, full, answers, last];
    },
  },
  {
    name: 'budgets: pods without a scale',
    run: async (session) => {
      await session.create('pods', pod('alone', {}, { app: 'web' }));
      await session.until('pods/alone', (seen) => status(seen)['phase'] === 'Running');
      for (const [name, spec] of [
        ['percent', { maxUnavailable: '50%' }],
        ['number', { maxUnavailable: 1 }],
        ['least', { minAvailable: 1 }],
      ] as const) {
        const selector = { matchLabels: { app: 'web' } };
        await session.create('poddisruptionbudgets', {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name },
          spec: { selector, ...spec },
        });
      }
      const { poddisruptionbudgets, events } = (await session.see('poddisruptionbudgets', 'events')) as Record<string, JsonObject[]>;
      return [poddisruptionbudgets, events?.filter(({ on }) => String(on).startsWith('PodDisruptionBudget'))];
    },
  },
  {
    name: 'autoscaler: a size out of bounds',
    run: async (session) => {
      await session.create('deployments', deployment('many', { replicas: 4 }));
      const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'many' };
      const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 2 };
      await session.create('horizontalpodautoscalers', {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'many' },
        spec,
      });
      await session.until('deployments/many', (seen) => status(seen)['replicas'] === 2);
      const { horizontalpodautoscalers, events } = (await session.see('horizontalpodautoscalers', 'events')) as Record<
        string,
        JsonObject[]
      >;
      return [
        horizontalpodautoscalers,
        events?.filter(({ on, reason }) => String(on).startsWith('Horizontal') && reason === 'SuccessfulRescale'),
      ];
    },
  },
  {
    name: 'autoscaler: without metrics, without a target, at zero',
    run: async (session) => {
      const autoscaler = (name: string, target: string, spec: JsonObject = {}): JsonObject => ({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name },
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target }, minReplicas: 1, maxReplicas: 3, ...spec },
      });
      await session.create('deployments', deployment('zero', { replicas: 0 }));
      await session.create('horizontalpodautoscalers', autoscaler('zero', 'zero'));
      await session.create('horizontalpodautoscalers', autoscaler('lost', 'lost'));
      const target = { apiVersion: 'example.com/v1', kind: 'Thing', name: 'x' };
      await session.create('horizontalpodautoscalers', autoscaler('unknown', 'x', { scaleTargetRef: target }));
      await session.until('horizontalpodautoscalers', ({ items }) =>
        items.every((one) => JSON.stringify(status(one)).includes('AbleToScale')),
      );
      return session.see('horizontalpodautoscalers', 'events');
    },
  },
];
