import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics, createMetricsServer, createProbeServer } from '@caretaker/kube';

async function get(port: number | undefined, path: string, method = 'GET'): Promise<{ status: number; body: string; type: string | null }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return { status: response.status, body: await response.text(), type: response.headers.get('content-type') };
}

test('metrics are served as Prometheus text on plain HTTP', async () => {
  const metrics = createMetrics();
  metrics.counter({ name: 'x_total', help: 'x' }).inc();
  const server = createMetricsServer('127.0.0.1:0', metrics);
  await server.start();
  assert.deepEqual(await get(server.port, '/metrics'), {
    status: 200,
    body: '# HELP x_total x\n# TYPE x_total counter\nx_total 1\n',
    type: 'text/plain; version=0.0.4; charset=utf-8',
  });
  assert.equal((await get(server.port, '/other')).status, 404);
  assert.equal((await get(server.port, '/metrics', 'POST')).status, 405);
  assert.deepEqual(await get(server.port, '/metrics', 'HEAD').then(({ status, body }) => [status, body]), [200, '']);
  await server.stop(0);
});

test('probes answer ok, or 500 with the check that failed', async () => {
  const server = createProbeServer('127.0.0.1:0');
  let ready = false;
  server.addReadiness('caches', () => {
    if (!ready) throw new Error('not synced');
  });
  server.addLiveness('loop', async () => undefined);
  await server.start();
  assert.deepEqual(await get(server.port, '/healthz').then(({ status, body }) => [status, body]), [200, 'ok']);
  assert.deepEqual(await get(server.port, '/readyz').then(({ status, body }) => [status, body]), [
    500,
    '[+]ping ok\n[-]caches failed: not synced\n',
  ]);
  ready = true;
  assert.equal((await get(server.port, '/readyz')).status, 200);
  assert.equal((await get(server.port, '/readyz?verbose')).body, '[+]ping ok\n[+]caches ok\n');
  assert.equal((await get(server.port, '/livez')).status, 200);
  await server.stop(0);
});

test('an address of 0 means off, nonsense is an error, and a port in use says so', async () => {
  const off = createMetricsServer('0', createMetrics());
  await off.start();
  assert.equal(off.port, undefined);
  await off.stop(0);
  for (const address of ['8080', 'host:', ':x', ':99999']) assert.throws(() => createProbeServer(address), { code: 'KUBE_BIND_ADDRESS' });
  const first = createProbeServer('127.0.0.1:0');
  await first.start();
  await assert.rejects(Promise.resolve(createProbeServer(`127.0.0.1:${first.port}`).start()), { code: 'KUBE_BIND_ADDRESS' });
  await first.stop(0);
});
