import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLimiter, createLogger, type Limiter, type LimiterOptions, type Permit, type RequestPriority } from '@caretaker/kube';
import { settle, VirtualClock } from '@caretaker/kube/testing';

function setUp(options: Partial<LimiterOptions> = {}): { limiter: Limiter; clock: VirtualClock; lines: string[] } {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const logger = createLogger({ write: (line) => lines.push(line), clock });
  return { limiter: createLimiter({ clock, logger, ...options }), clock, lines };
}

const fast = { status: 200, latencyMs: 5 };

/** Asks for many permits and notes the order in which they are granted. */
function ask(limiter: Limiter, priorities: readonly RequestPriority[]): { granted: { priority: RequestPriority; permit: Permit }[] } {
  const granted: { priority: RequestPriority; permit: Permit }[] = [];
  for (const priority of priorities) void Promise.resolve(limiter.acquire(priority)).then((permit) => granted.push({ priority, permit }));
  return { granted };
}

test('with a rate, requests beyond the burst wait for their token', async () => {
  const { limiter, clock } = setUp({ qps: 10, burst: 5 });
  const { granted } = ask(limiter, Array(10).fill('normal'));
  await settle();
  assert.equal(granted.length, 5);
  await clock.advance(100);
  assert.equal(granted.length, 6);
  await clock.advance(400);
  assert.equal(granted.length, 10);
});

test('users go before others, and a lease never waits', async () => {
  const { limiter, clock } = setUp({ qps: 1, burst: 1 });
  const { granted } = ask(limiter, ['normal', 'background', 'normal', 'user', 'lease']);
  await clock.advance(10_000);
  assert.deepEqual(
    granted.map(({ priority }) => priority),
    ['normal', 'lease', 'user', 'normal', 'background'],
  );
});

test('background work leaves room for others', async () => {
  const { limiter } = setUp({ maxInFlight: 8 });
  const background = ask(limiter, Array(20).fill('background'));
  await settle();
  assert.equal(background.granted.length, 6);
  const user = ask(limiter, ['user', 'user', 'user']);
  await settle();
  assert.equal(user.granted.length, 2);
});

test('success widens the window up to its limit, a 429 halves it', async () => {
  const { limiter, clock } = setUp();
  const inFlight = (): Promise<number> => countFree(limiter);
  assert.equal(await inFlight(), 16);
  for (let round = 0; round < 100; round++) await fill(limiter, fast);
  assert.equal(await inFlight(), 32);
  await fill(limiter, { status: 429, latencyMs: 5 });
  assert.equal(await inFlight(), 16, 'once for all that were refused together');
  await clock.advance(1_000);
  await fill(limiter, { status: 503, latencyMs: 5 });
  assert.equal(await inFlight(), 12);
});

test('a server that grows slow gets fewer requests at a time', async () => {
  const { limiter, clock } = setUp();
  for (let round = 0; round < 20; round++) await fill(limiter, fast);
  const before = await countFree(limiter);
  for (let round = 0; round < 20; round++) {
    await fill(limiter, { status: 200, latencyMs: 3_000 });
    await clock.advance(1_000);
  }
  assert.ok((await countFree(limiter)) < before / 4);
});

test('a Retry-After stops everything but leases for that time, and is logged', async () => {
  const { limiter, clock, lines } = setUp();
  const first = await limiter.acquire('normal');
  first({ status: 429, latencyMs: 5, retryAfterMs: 3_000 });
  const { granted } = ask(limiter, ['user', 'lease']);
  await clock.advance(2_900);
  assert.deepEqual(
    granted.map(({ priority }) => priority),
    ['lease'],
  );
  await clock.advance(100);
  assert.equal(granted.length, 2);
  assert.match(
    lines.join(''),
    /level=WARN msg="Throttling requests: the API server asked to wait \(rate limit\)" status=429 retryAfterSeconds=3/,
  );
  assert.match(lines.join(''), /level=INFO msg="Throttling requests: client-side rate limit" waitedSeconds=3 priority=user/);
});

test('a request that is aborted while it waits takes no room', async () => {
  const { limiter, clock } = setUp({ qps: 1, burst: 1 });
  ask(limiter, ['normal']);
  const abort = new AbortController();
  const waiting = assert.rejects(Promise.resolve(limiter.acquire('user', abort.signal)), { code: 'KUBE_TRANSPORT_ABORTED' });
  const { granted } = ask(limiter, ['normal']);
  abort.abort();
  await waiting;
  await clock.advance(1_000);
  assert.equal(granted.length, 1);
});

/** Fills the window, then ends all with this outcome. */
async function fill(limiter: Limiter, outcome: { status: number; latencyMs: number }): Promise<void> {
  for (const permit of await takeAll(limiter)) permit(outcome);
}

async function countFree(limiter: Limiter): Promise<number> {
  const permits = await takeAll(limiter);
  // No status: nothing is learned.
  for (const permit of permits) permit({ latencyMs: 0 });
  return permits.length;
}

async function takeAll(limiter: Limiter): Promise<Permit[]> {
  const permits: Permit[] = [];
  for (;;) {
    const abort = new AbortController();
    const permit = limiter.acquire('normal', abort.signal);
    if (permit instanceof Promise) {
      permit.catch(() => undefined);
      abort.abort();
      return permits;
    }
    permits.push(permit);
  }
}
