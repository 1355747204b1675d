// Types a session at both sides and says where they differ.

import { setTimeout as pause } from 'node:timers/promises';
import { onlyAsks } from './asks.ts';
import type { Line, Session } from './session.ts';
import type { Answer, SessionAtSide, Side } from './side.ts';

/** How long what controllers do in their own time may differ. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 250;

/** Every difference of a session, as text for people; empty when there is none. */
export async function differences(session: Session, real: Side, ours: Side): Promise<string[]> {
  const found: string[] = [];
  const [atReal, atOurs] = await Promise.all([real.open(session), ours.open(session)]);
  for (const line of session.lines) {
    // Once something differs the rest of the session tells what else does, without waiting.
    const text = await lasting(line, atReal, atOurs, found.length === 0 ? PATIENCE_MS : 0);
    if (text !== '') found.push(`$ ${line.run}\n${text}`);
  }
  const tidy = [`namespace/kc-${session.name}`, ...(session.leaves ?? [])].join(' ');
  for (const side of [atReal, atOurs]) await side.expectSuccess(`kubectl delete --ignore-not-found --wait=false ${tidy}`);
  return found;
}

/**
 * The difference of a line that stays. Controllers of both sides come to the same in their own time, and a question may find one of them underway: a line
 * that only asks is typed again until both say the same. A line that changes something is typed once: what it needs is waited for by lines before it.
 */
async function lasting(line: Line, real: SessionAtSide, ours: SessionAtSide, patienceMs: number): Promise<string> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const text = difference(...(await Promise.all([real.type(line), ours.type(line)])));
    if (text === '' || !onlyAsks(line.run) || Date.now() > deadline) return text;
    await pause(LOOK_AGAIN_MS);
  }
}

function difference(wanted: Answer, got: Answer): string {
  const parts: string[] = [];
  if (wanted.code !== got.code) parts.push(`  exit code ${wanted.code}, devcluster ${got.code}`);
  if (wanted.stdout !== got.stdout) parts.push(...lineDifference(wanted.stdout, got.stdout));
  if (wanted.stderr !== got.stderr) parts.push('  stderr', ...lineDifference(wanted.stderr, got.stderr));
  return parts.join('\n');
}

/** Lines of one text only, in order: `-` as the real server has it, `+` as devcluster has it. */
function lineDifference(wanted: string, got: string): string[] {
  const a = wanted.split('\n');
  const b = got.split('\n');
  const common = longestCommon(a, b);
  const parts: string[] = [];
  let i = 0;
  let j = 0;
  for (const [nextA, nextB] of [...common, [a.length, b.length] as const]) {
    for (; i < nextA; i++) parts.push(`  - ${a[i]}`);
    for (; j < nextB; j++) parts.push(`  + ${b[j]}`);
    i = nextA + 1;
    j = nextB + 1;
  }
  return parts;
}

/** Pairs of equal lines, found greedily within a window: good enough to read, and linear for long outputs. */
function longestCommon(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  const window = 60;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const next = nearestMatch(a, b, i, j, window);
    if (!next) {
      i++;
      j++;
      continue;
    }
    pairs.push(next);
    i = next[0] + 1;
    j = next[1] + 1;
  }
  return pairs;
}

function nearestMatch(a: readonly string[], b: readonly string[], i: number, j: number, window: number) {
  for (let distance = 0; distance < window; distance++) {
    for (let left = 0; left <= distance; left++) {
      const right = distance - left;
      if (i + left < a.length && j + right < b.length && a[i + left] === b[j + right]) return [i + left, j + right] as const;
    }
  }
  return undefined;
}
