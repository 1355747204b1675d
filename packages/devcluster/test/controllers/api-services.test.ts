import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, settle, VirtualClock } from '@caretaker/kube/testing';
import { apiServices } from '../../src/controllers/api-services/controller.ts';
import { DevCluster } from '../../src/dev-cluster.ts';

const KIND = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService' };

test('every served group version has a local APIService that is available, and one of a definition goes with it', async () => {
  const clock = new VirtualClock();
  const cluster = new DevCluster({ clock, random: seededRandom(1) });
  cluster.start([apiServices(cluster.core)]);
  const api = cluster.api();
  const names = (): string[] => api.list(KIND).map((object) => object.metadata.name ?? '');
  await settle(50);
  await clock.advance(60_000);
  await settle(50);
  assert.ok(names().includes('v1.') && names().includes('v1.apps'));
  assert.match(JSON.stringify(api.peek({ ...KIND, name: 'v1.apps' })?.['status']), /"type":"Available","status":"True"/);

  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
  await api.create(definition);
  await settle(50);
  await clock.advance(60_000);
  await settle(50);
  assert.ok(names().includes('v1.example.com'));
  await api.delete({ apiVersion: definition.apiVersion, kind: definition.kind, name: definition.metadata.name });
  await settle(50);
  await clock.advance(60_000);
  await settle(50);
  assert.ok(!names().includes('v1.example.com'));
  await cluster.close();
});
