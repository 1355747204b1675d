import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { VALIDATING_ADMISSION_POLICY } from '../../src/workloads/machinery/kinds.ts';
import { fields } from '../../src/workloads/machinery/read.ts';
import { makeWorld } from './world.ts';

/** Policies, and what the controller manager of a real 1.36.3 wrote into their statuses. */
const vectors = JSON.parse(readFileSync(new URL('../vectors/type-checking.json', import.meta.url), 'utf8')) as {
  definition: KubeObject;
  policies: { spec: JsonObject; status: JsonObject }[];
};

test('policies are told what their expressions get wrong about the kinds that they are for', async () => {
  const world = await makeWorld();
  await world.api.create(vectors.definition);
  await world.pass(1);
  for (const [index, { spec, status }] of vectors.policies.entries()) {
    const name = `policy-${index}`;
    await world.api.create({ ...VALIDATING_ADMISSION_POLICY, metadata: { name }, spec });
    await world.pass(1);
    assert.deepEqual(fields(world.get(VALIDATING_ADMISSION_POLICY, name, ''), 'status'), status, `policy ${index}`);
  }
  const first = world.get(VALIDATING_ADMISSION_POLICY, 'policy-2', '');
  const managers = (first?.metadata.managedFields ?? []).map(({ manager, operation, subresource }) => [manager, operation, subresource]);
  assert.deepEqual(managers[0], ['validatingadmissionpolicy-status', 'Apply', 'status']);
  await world.close();
});
