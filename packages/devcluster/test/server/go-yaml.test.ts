import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goYaml } from '../../src/wire/go-yaml.ts';

test('a long text is broken at the first blank after the eightieth column', () => {
  const message =
    'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';
  assert.equal(
    goYaml({ items: [{ message }] }),
    "items:\n- message: 'only the following media types are accepted: application/json;stream=watch,\n    application/vnd.kubernetes.protobuf;stream=watch'\n",
  );
});
