import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type RunningDevCluster, type StartOptions, startDevCluster } from '../../src/index.ts';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' };
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

describe('a cluster kept in a folder', () => {
  let folder = '';
  const open: RunningDevCluster[] = [];
  const start = async (options: StartOptions): Promise<RunningDevCluster> => {
    const running = await startDevCluster(options);
    open.push(running);
    return running;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'devcluster-'));
  });
  afterEach(async () => {
    for (const running of open.splice(0)) await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds its objects, its token and its certificate after a restart', async () => {
    const first = await start({ dataDir: folder });
    const made = await first.cluster.api().create({ ...CONFIG_MAP, metadata: { name: 'a', namespace: 'default' }, data: { k: 'v' } });
    await first.cluster.api().create({ ...CONFIG_MAP, metadata: { name: 'gone', namespace: 'default' } });
    await first.cluster.api().delete({ ...CONFIG_MAP, name: 'gone', namespace: 'default' });
    await first.close();
    const second = await start({ dataDir: folder });
    assert.deepEqual(second.cluster.api().peek({ ...CONFIG_MAP, name: 'a', namespace: 'default' }), made);
    assert.equal(second.cluster.api().peek({ ...CONFIG_MAP, name: 'gone', namespace: 'default' }), undefined);
    assert.equal(second.adminToken, first.adminToken);
    assert.equal(second.caPem, first.caPem);
    await second.close();
  });

  test('serves custom resources again, and never gives a version twice', async () => {
    const first = await start({ dataDir: folder });
    const api = first.cluster.api();
    await api.create(definition);
    await new Promise((resolve) => setImmediate(resolve));
    const widget = await api.create({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w', namespace: 'default' },
      spec: { n: 1 },
    });
    await first.close();
    const second = await start({ dataDir: folder });
    await new Promise((resolve) => setImmediate(resolve));
    const found = second.cluster.api().peek({ apiVersion: 'example.com/v1', kind: 'Widget', namespace: 'default', name: 'w' });
    assert.equal(found?.metadata.uid, widget.metadata.uid);
    const next = await second.cluster.api().create({ ...CONFIG_MAP, metadata: { name: 'later', namespace: 'default' } });
    assert.ok(Number(next.metadata.resourceVersion) > Number(widget.metadata.resourceVersion));
    await second.close();
  });

  test('is a whole state at any moment: what a copy of the files holds after a kill is a prefix of the writes', async () => {
    const running = await start({ dataDir: folder });
    const api = running.cluster.api();
    for (let index = 0; index < 2500; index += 1)
      await api.create({ ...CONFIG_MAP, metadata: { name: `c-${index}`, namespace: 'default' } });
    const copy = mkdtempSync(join(tmpdir(), 'devcluster-copy-'));
    cpSync(folder, copy, { recursive: true });
    const after = await start({ dataDir: copy });
    const names = after.cluster.api().list(CONFIG_MAP, { namespace: 'default' }).length;
    assert.ok(names >= 1000 && names <= 2500, `${names} objects`);
    for (let index = 0; index < names; index += 1)
      assert.ok(after.cluster.api().peek({ ...CONFIG_MAP, name: `c-${index}`, namespace: 'default' }), `c-${index}`);
    rmSync(copy, { recursive: true, force: true });
  });

  test('is readable by its owner alone', async () => {
    await start({ dataDir: folder });
    assert.equal(statSync(join(folder, 'cluster.db')).mode & 0o777, 0o600);
  });
});
