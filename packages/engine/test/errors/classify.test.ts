// Statuses in the words of a real kube-apiserver (recorded transcripts).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, TransportError } from '@caretaker/kube';
import { classify } from '../../src/errors/classify.ts';
import { resultOf } from '../../src/errors/engine-error.ts';

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team-a', name: 'a' };
type Causes = { reason?: string; message?: string; field?: string }[];

const rows: readonly [
  name: string,
  code: number,
  reason: string,
  message: string,
  causes: Causes,
  expected: string,
  result: string,
  retryable: boolean,
][] = [
  [
    'invalid',
    422,
    'Invalid',
    'ConfigMap "a" is invalid: data: bad',
    [{ reason: 'FieldValueInvalid', message: 'bad', field: 'data' }],
    'Invalid',
    'failed',
    false,
  ],
  [
    'unknown field under strict validation',
    400,
    'BadRequest',
    'strict decoding error: unknown field "spec.foo"',
    [],
    'Invalid',
    'failed',
    false,
  ],
  [
    'immutable field',
    422,
    'Invalid',
    'Job.batch "a" is invalid: spec.completions: Invalid value: 3: field is immutable',
    [{ message: 'Invalid value: 3: field is immutable', field: 'spec.completions' }],
    'Immutable',
    'failed',
    false,
  ],
  [
    'stateful set fields',
    422,
    'Invalid',
    'StatefulSet.apps "a" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\' are forbidden',
    [],
    'Immutable',
    'failed',
    false,
  ],
  [
    'claim fields',
    422,
    'Invalid',
    'PersistentVolumeClaim "a" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests',
    [],
    'Immutable',
    'failed',
    false,
  ],
  [
    'service cluster ip',
    422,
    'Invalid',
    'Service "a" is invalid: spec.clusterIPs[0]: Invalid value: may not change once set',
    [],
    'Immutable',
    'failed',
    false,
  ],
  ['webhook', 400, 'BadRequest', 'admission webhook "v.example.com" denied the request: no', [], 'Denied', 'failed', true],
  [
    'admission policy',
    422,
    'Invalid',
    "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
    [],
    'Denied',
    'failed',
    true,
  ],
  ['pod security', 403, 'Forbidden', 'pods "a" is forbidden: violates PodSecurity "restricted:latest"', [], 'Denied', 'failed', true],
  ['rbac', 403, 'Forbidden', 'configmaps "a" is forbidden: User "x" cannot patch resource "configmaps"', [], 'Forbidden', 'error', true],
  ['token', 401, 'Unauthorized', 'Unauthorized', [], 'Forbidden', 'error', true],
  [
    'quota',
    403,
    'Forbidden',
    'configmaps "a" is forbidden: exceeded quota: q, requested: count/configmaps=1',
    [],
    'QuotaExceeded',
    'error',
    true,
  ],
  [
    'terminating namespace',
    403,
    'Forbidden',
    'configmaps "a" is forbidden: unable to create new content in namespace team-a because it is being terminated',
    [{ reason: 'NamespaceTerminating' }],
    'NamespaceTerminating',
    'error',
    true,
  ],
  ['missing namespace', 404, 'NotFound', 'namespaces "team-a" not found', [], 'NamespaceNotFound', 'failed', true],
  ['a namespace of another name', 404, 'NotFound', 'namespaces "team-ab" not found', [], 'KindNotFound', 'failed', false],
  ['missing kind', 404, 'NotFound', 'the server could not find the requested resource', [], 'KindNotFound', 'failed', false],
  [
    'field conflict',
    409,
    'Conflict',
    'Apply failed with 1 conflict: conflict with "m1": .data.a',
    [{ reason: 'FieldManagerConflict', message: 'conflict with "m1"', field: '.data.a' }],
    'FieldConflict',
    'failed',
    false,
  ],
  [
    'stale version',
    409,
    'Conflict',
    'Operation cannot be fulfilled on configmaps "a": the object has been modified',
    [],
    'StaleRead',
    'error',
    true,
  ],
  ['too many requests', 429, 'TooManyRequests', 'slow down', [], 'ApiUnavailable', 'error', true],
  ['server error', 500, 'InternalError', 'failed calling webhook "x": timeout', [], 'ApiUnavailable', 'error', true],
];

for (const [name, code, reason, message, causes, expected, result, retryable] of rows) {
  test(`a refusal (${name}) is ${expected}, result=${result}`, () => {
    const error = classify(new ApiError({ code, reason, message, causes }, { method: 'PATCH', path: '/x' }), ref);
    assert.equal(error.code, expected);
    assert.equal(resultOf(error.code), result);
    assert.equal(error.retryable, retryable);
    assert.ok(error.hint, 'says what to do');
  });
}

test('no answer is ApiUnavailable, and keeps its cause', () => {
  const cause = new TransportError('refused', '127.0.0.1:1');
  const error = classify(cause, ref);
  assert.equal(error.code, 'ApiUnavailable');
  assert.equal(error.cause, cause);
});

test('Retry-After is kept', () => {
  const error = classify(
    new ApiError({ code: 429, reason: 'TooManyRequests', message: '', causes: [], retryAfterSeconds: 7 }, { method: 'GET', path: '/' }),
    ref,
  );
  assert.equal(error.retryAfterMs, 7_000);
});
