import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, createLogger, errorValues, FaultLog, type LogFormat, type Logger, type LogLevel, TransportError } from '@caretaker/kube';
import { VirtualClock } from '@caretaker/kube/testing';

function setUp(format?: LogFormat, level?: LogLevel): { logger: Logger; lines: string[]; clock: VirtualClock } {
  const lines: string[] = [];
  const clock = new VirtualClock();
  const write = (line: string): void => void lines.push(line);
  return {
    logger: createLogger({ write, clock, ...(format === undefined ? {} : { format }), ...(level === undefined ? {} : { level }) }),
    lines,
    clock,
  };
}

test('a line is ts, level, msg and then values in the order given', () => {
  const { logger, lines } = setUp();
  logger.with({ registry: 'shop' }).info('Reconciling Tenant', { tenant: 'a/b', missing: undefined, seconds: 0.5, result: 'success' });
  assert.deepEqual(lines, [
    'ts=2026-01-01T00:00:00.000Z level=INFO msg="Reconciling Tenant" registry=shop tenant=a/b seconds=0.5 result=success\n',
  ]);
});

test('values are quoted where a reader needs it, and a line stays a line', () => {
  const { logger, lines } = setUp();
  logger.warn('x', {
    empty: '',
    blank: 'a b',
    quote: 'say "hi"',
    equals: 'a=b',
    lines: 'one\ntwo',
    unicode: 'größe',
    nothing: null,
    yes: true,
  });
  assert.equal(
    lines[0],
    'ts=2026-01-01T00:00:00.000Z level=WARN msg=x empty="" blank="a b" quote="say \\"hi\\"" equals="a=b" lines="one\\ntwo" unicode=größe nothing=null yes=true\n',
  );
});

test('JSON lines hold the same', () => {
  const { logger, lines } = setUp('json');
  logger.error('Watch failed', { kind: 'Pod', missing: undefined });
  assert.equal(lines[0], '{"ts":"2026-01-01T00:00:00.000Z","level":"ERROR","msg":"Watch failed","kind":"Pod"}\n');
});

test('levels below the wanted one are not written', () => {
  const { logger, lines } = setUp('logfmt', 'warn');
  logger.debug('a');
  logger.info('b');
  logger.warn('c');
  logger.error('d');
  assert.equal(lines.length, 2);
});

test('errors carry the words that the runbooks grep for', () => {
  const api = (code: number, reason: string, message = 'x'): ApiError =>
    new ApiError({ code, reason, message, causes: [] }, { method: 'GET', path: '/' });
  const { logger, lines } = setUp();
  for (const error of [
    api(403, 'Forbidden'),
    api(401, 'Unauthorized'),
    api(409, 'Conflict'),
    api(504, 'Timeout'),
    new TransportError('refused', 'connect'),
    api(429, 'TooManyRequests'),
  ]) {
    logger.error('failed', errorValues(error));
  }
  const words = ['forbidden', 'unauthorized', 'conflict', 'timeout', 'connection refused', '429'];
  for (const [index, word] of words.entries()) assert.match(lines[index] ?? '', new RegExp(word));
});

test('a lasting fault is told when it comes, when it changes, at growing intervals, and when it is over', async () => {
  const { logger, lines, clock } = setUp();
  const faults = new FaultLog(logger, clock);
  for (let second = 0; second < 600; second++) {
    faults.report('db', 'Query failed', second < 300 ? 'refused' : 'timeout', { registry: 'r' });
    await clock.advance(1_000);
  }
  faults.clear('db', 'Query works again', { registry: 'r' });
  faults.clear('db', 'Query works again');
  const seconds = lines.map((line) => (Date.parse(/ts=(\S+)/.exec(line)?.[1] ?? '') - Date.UTC(2026, 0, 1)) / 1000);
  assert.deepEqual(seconds, [0, 60, 180, 300, 360, 480, 600]);
  assert.match(lines[1] ?? '', /repeated=61 lastingSeconds=60/);
  assert.match(lines.at(-1) ?? '', /msg="Query works again" registry=r lastedSeconds=300/);
});
