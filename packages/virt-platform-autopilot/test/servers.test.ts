// The operator's HTTP servers, on loopback ports, with an operator on devcluster behind them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DevCluster } from '@caretaker/devcluster';
import { createClient, createDiscovery, createMetrics, systemClock } from '@caretaker/kube';
import { parseAllDocuments } from 'yaml';
import { bareControllers } from '../../devcluster/src/controllers/bare.ts';
import { type RunningAutopilot, startAutopilot } from '../src/start.ts';
import { TestPlatform } from './acceptance/platform.ts';
import { serviceAccount } from './acceptance/world.ts';

async function withOperator(use: (platform: TestPlatform, running: RunningAutopilot) => Promise<void>): Promise<void> {
  const cluster = new DevCluster();
  cluster.start(bareControllers(cluster.core));
  const transport = cluster.transport();
  const discovery = createDiscovery({ transport, clock: systemClock });
  const admin = createClient({ transport, clock: systemClock, discovery, fieldManager: 'kubectl' });
  const platform = new TestPlatform({
    admin,
    operator: () => cluster.transport(serviceAccount),
    invalidate: () => discovery.invalidate(),
    close: () => cluster.close(),
  });
  await platform.prepare();
  const loopback = '127.0.0.1:0';
  const running = await startAutopilot({
    transport: platform.transport,
    metrics: createMetrics(),
    metricsBindAddress: loopback,
    debugBindAddress: loopback,
    healthProbeBindAddress: loopback,
    metricsPrefix: 'kubevirt_autopilot',
  });
  try {
    await use(platform, running);
  } finally {
    await running.stop();
    await cluster.close();
  }
}

test('R-12: debug endpoints: formats, methods, unknown names, no HyperConverged; metrics and probes beside them', async () => {
  await withOperator(async (platform, { ports }) => {
    const get = async (path: string, method = 'GET'): Promise<{ status: number; type: string; text: string }> => {
      const response = await fetch(`http://127.0.0.1:${ports.debug}${path}`, { method });
      return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
    };
    assert.equal((await get('/debug/health')).text, 'OK');
    assert.equal((await get('/debug/render')).status, 500, 'no HyperConverged yet');
    await platform.createHco();
    await platform.eventually('rendered', async () => assert.equal((await get('/debug/render')).status, 200));

    const yaml = await get('/debug/render');
    assert.equal(yaml.type, 'application/x-yaml');
    const kinds = [...parseAllDocuments(yaml.text)].map((document) => Reflect.get(Object(document.toJS()), 'kind'));
    assert.ok(kinds.includes('MachineConfig') && !kinds.includes('MetalLB'));
    const json = await get('/debug/render?format=json&show-excluded=true');
    assert.equal(json.type, 'application/json');
    const items: unknown = JSON.parse(json.text);
    assert.ok(
      Array.isArray(items) &&
        items.some((item) => Reflect.get(item, 'asset') === 'metallb-operator' && Reflect.get(item, 'status') === 'EXCLUDED'),
    );

    assert.match((await get('/debug/render/swap-enable')).text, /# Asset: swap-enable\n[\s\S]*90-worker-swap-online/);
    assert.match((await get('/debug/exclusions')).text, /asset: mtv-operator[\s\S]*ConditionsNotMet/);
    assert.match((await get('/debug/tombstones?format=json')).text, /"name": "kubevirt-plugin"/);
    assert.match((await get('/debug/features')).text, /name: SWAP/);
    for (const [path, method, status] of [
      ['/debug/render', 'POST', 405],
      ['/debug/render?format=xml', 'GET', 400],
      ['/debug/render/', 'GET', 400],
      ['/debug/render/no-such-asset', 'GET', 404],
      ['/elsewhere', 'GET', 404],
    ] as const) {
      assert.equal((await get(path, method)).status, status, `${method} ${path}`);
    }

    await platform.eventually('only installed', async () => {
      await platform.removeCrd('uiplugins.yaml');
      assert.doesNotMatch((await get('/debug/render?only-installed=true')).text, /kind: UIPlugin/);
      assert.match((await get('/debug/exclusions')).text, /uiplugins.observability.openshift.io is not installed/);
    });

    const metrics = await (await fetch(`http://127.0.0.1:${ports.metrics}/metrics`)).text();
    assert.match(
      metrics,
      /^virt_platform_compliance_status\{kind="HyperConverged",name="kubevirt-hyperconverged",namespace="openshift-cnv"\} 1$/m,
    );
    assert.match(metrics, /^kubevirt_autopilot_compliance_status\{kind="HyperConverged"/m);
    assert.match(metrics, /^controller_runtime_reconcile_total\{controller="platform"/m);
    for (const path of ['healthz', 'readyz']) assert.equal((await fetch(`http://127.0.0.1:${ports.probes}/${path}`)).status, 200);
  });
});
