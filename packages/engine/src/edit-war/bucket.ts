/** A token bucket. Times are milliseconds of a monotonic clock, handed in. Plain data, so a decision can be computed without touching it. */
export interface Bucket {
  tokens: number;
  at: number;
}

export interface BucketRule {
  /** Tokens when full. */
  capacity: number;
  /** Milliseconds until one token comes back. */
  refillMs: number;
}

export function fullBucket(rule: BucketRule, now: number): Bucket {
  return { tokens: rule.capacity, at: now };
}

/** The bucket as it is at `now`. Fractions of a token count. */
export function refilled(bucket: Bucket, rule: BucketRule, now: number): Bucket {
  const elapsed = Math.max(0, now - bucket.at);
  return { tokens: Math.min(rule.capacity, bucket.tokens + elapsed / rule.refillMs), at: now };
}

/** The bucket with one token fewer, or undefined when none is left. */
export function taken(bucket: Bucket, rule: BucketRule, now: number): Bucket | undefined {
  const current = refilled(bucket, rule, now);
  return current.tokens >= 1 ? { tokens: current.tokens - 1, at: now } : undefined;
}

/** Milliseconds until a token can be taken. */
export function untilNextToken(bucket: Bucket, rule: BucketRule, now: number): number {
  const current = refilled(bucket, rule, now);
  return current.tokens >= 1 ? 0 : Math.ceil((1 - current.tokens) * rule.refillMs);
}
