// DESIGN §4: a converged child is kept as a digest, not as a body; 50,000 children must fit in tens of MiB.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { KubeObject } from '@caretaker/kube';
import type { DigestObject } from '../../src/observe/digest.ts';
import { createDigester } from '../../src/observe/digester.ts';
import { deployment, tenantMarks } from '../support/world.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

function heap(): number {
  if (typeof collectGarbage === 'function') collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** As a server sends it: parsed from text, nothing shared. */
function arrived(index: number): KubeObject {
  const own = {
    'f:spec': {
      'f:replicas': {},
      'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:name': {} } } } },
    },
  };
  const status = { 'f:status': { 'f:replicas': {}, 'f:conditions': { '.': {}, 'k:{"type":"Available"}': { '.': {} } } } };
  const object = deployment(`web-${index}`, { replicas: 1 });
  object.metadata = {
    ...object.metadata,
    uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    resourceVersion: String(1_000_000 + index),
    generation: 1,
    labels: { 'kubernetes-tenants.org/tenant': `t${index}`, 'kubernetes-tenants.org/tenant-namespace': 'default', other: 'x'.repeat(40) },
    annotations: { 'kubernetes-tenants.org/applied-hash': String(index).padStart(32, '0'), note: 'y'.repeat(500) },
    managedFields: [
      { manager: 'tenant-operator', operation: 'Apply', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: own },
      { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', fieldsV1: status },
    ],
  };
  return JSON.parse(
    JSON.stringify({
      ...object,
      status: { observedGeneration: 1, replicas: 1, conditions: [{ type: 'Available', status: 'True', message: 'z'.repeat(200) }] },
    }),
  );
}

test('a child costs less than 1.5 KB of heap, whatever its body holds', () => {
  const digester = createDigester({ fieldManager: 'tenant-operator', marks: tenantMarks, keepBody: false });
  const count = 5_000;
  const kept: DigestObject[] = [];
  const before = heap();
  for (let index = 0; index < count; index++) kept.push(digester(arrived(index)));
  const each = (heap() - before) / count;
  assert.equal(kept.length, count);
  assert.ok(each < 1_500, `${Math.round(each)} bytes`);
  assert.equal(kept[0]?.digest.own, kept[1]?.digest.own, 'equal field sets are one object');
});
