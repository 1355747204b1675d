import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultFlags, FlagError, parseFlags } from '../../src/operator/flags.ts';

const flags = (args: string[], env: Record<string, string> = {}) => {
  const parsed = parseFlags(args, env);
  assert.notEqual(parsed, 'help');
  return parsed === 'help' ? defaultFlags : parsed;
};

test('without arguments everything has its default', () => assert.deepEqual(flags([]), defaultFlags));

test('every flag of the runbooks is taken', () => {
  const parsed = flags([
    '--registry-concurrency=5',
    '--tenant-concurrency',
    '20',
    '--template-concurrency=7',
    '--kube-api-qps=50',
    '--kube-api-burst=100',
    '--leader-elect',
  ]);
  assert.deepEqual(
    [
      parsed.registryConcurrency,
      parsed.tenantConcurrency,
      parsed.templateConcurrency,
      parsed.kubeApiQps,
      parsed.kubeApiBurst,
      parsed.leaderElect,
    ],
    [5, 20, 7, 50, 100, true],
  );
});

test('the environment wins over the flag: kubectl set env is the emergency lever', () => {
  const parsed = flags(['--tenant-concurrency=20'], { TENANT_CONCURRENCY: '3', REGISTRY_CONCURRENCY: '1', TEMPLATE_CONCURRENCY: '' });
  assert.deepEqual([parsed.tenantConcurrency, parsed.registryConcurrency, parsed.templateConcurrency], [3, 1, 5]);
});

test('flags as Go takes them', () => {
  assert.equal(flags(['-leader-elect']).leaderElect, true);
  assert.equal(flags(['--leader-elect=true']).leaderElect, true);
  assert.equal(flags(['--leader-elect=false']).leaderElect, false);
  assert.equal(flags(['-metrics-bind-address=:9090']).metricsBindAddress, ':9090');
});

test('a value that cannot be used is refused by name', () => {
  for (const [args, env, message] of [
    [['--tenant-concurrency=many'], {}, '--tenant-concurrency must be a whole number above 0, not "many"'],
    [[], { TENANT_CONCURRENCY: '0' }, 'TENANT_CONCURRENCY must be a whole number above 0, not "0"'],
    [['--kube-api-qps=-1'], {}, '--kube-api-qps must be a number above 0, not "-1"'],
    [['--log-format=xml'], {}, '--log-format must be one of logfmt, json, not "xml"'],
  ] as const)
    assert.throws(() => parseFlags(args, env), { name: 'FlagError', message });
  assert.throws(() => parseFlags(['--nosuch'], {}), FlagError);
});

test('help is asked for', () => assert.equal(parseFlags(['--help'], {}), 'help'));
