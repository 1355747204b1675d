import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApiError, TransportError, type TransportFailure } from '@caretaker/kube';

const packageFolder = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(packageFolder, '..', '..', 'docs', 'reference', 'errors.md'), 'utf8');
const documented = new Set([...page.matchAll(/^\| (KUBE_[A-Z_]+)(?:…)? \|/gm)].map((match) => match[1] ?? ''));

test('every code has a line in docs/reference/errors.md, and every line a code', () => {
  const used = new Set<string>(['KUBE_API_']);
  for (const file of globSync('src/**/*.ts', { cwd: packageFolder })) {
    for (const [, code] of readFileSync(join(packageFolder, file), 'utf8').matchAll(/'(KUBE_[A-Z_]+)'/g)) used.add(code ?? '');
  }
  for (const failure of failures) used.add(new TransportError(failure, '').code);
  assert.deepEqual([...documented].sort(), [...used].sort());
});

const failures: TransportFailure[] = ['refused', 'reset', 'timeout', 'tls', 'dns', 'aborted', 'closed', 'fenced', 'unreachable'];

test('an API error has a code made of its reason, and words that can be searched for', () => {
  for (const [code, reason, wanted, retryable] of [
    [404, 'NotFound', 'KUBE_API_NOT_FOUND', false],
    [409, 'AlreadyExists', 'KUBE_API_ALREADY_EXISTS', false],
    [429, 'TooManyRequests', 'KUBE_API_TOO_MANY_REQUESTS', true],
    [500, 'InternalError', 'KUBE_API_INTERNAL_ERROR', true],
    [504, 'ServerTimeout', 'KUBE_API_SERVER_TIMEOUT', true],
    [410, 'Expired', 'KUBE_API_EXPIRED', true],
  ] as const) {
    const error = new ApiError({ code, reason, message: 'x', causes: [], retryAfterSeconds: 2 }, { method: 'GET', path: '/p' });
    assert.deepEqual([error.code, error.retryable, error.retryAfterMs], [wanted, retryable, 2_000]);
  }
  const said = new ApiError(
    { code: 403, reason: 'Forbidden', message: 'pods "a" is forbidden: no', causes: [] },
    { method: 'GET', path: '/' },
  );
  assert.equal(said.message, 'pods "a" is forbidden: no');
  const unsaid = new ApiError(
    { code: 409, reason: 'Conflict', message: 'the object has been modified', causes: [] },
    { method: 'PUT', path: '/' },
  );
  assert.equal(unsaid.message, 'conflict: the object has been modified');
});

test('a transport error knows whether the request can have reached the server', () => {
  assert.deepEqual(
    failures.filter((failure) => new TransportError(failure, '').notSent),
    ['refused', 'tls', 'dns', 'closed', 'fenced'],
  );
});
