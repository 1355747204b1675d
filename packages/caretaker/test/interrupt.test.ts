import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { watchInterrupt } from '../src/terminal/interrupt.ts';

class FakeProcess extends EventEmitter {
  exits: number[] = [];
  exit(status: number): void {
    this.exits.push(status);
  }
}

test('the first Ctrl-C ends cleanly, the second forces', () => {
  let now = 0;
  const fake = new FakeProcess();
  const said: string[] = [];
  const interrupt = watchInterrupt(
    fake,
    () => now,
    (line) => said.push(line),
  );
  fake.emit('SIGINT');
  assert.equal(interrupt.signal.aborted, true);
  assert.deepEqual(said, ['stopping; press Ctrl-C again to force it']);
  now = 2000;
  fake.emit('SIGINT');
  assert.deepEqual(fake.exits, [130]);
});

test('a signal that npm passes on after the terminal sent it is the same key press', () => {
  let now = 0;
  const fake = new FakeProcess();
  watchInterrupt(
    fake,
    () => now,
    () => {},
  );
  fake.emit('SIGINT');
  now = 5;
  fake.emit('SIGINT');
  assert.deepEqual(fake.exits, []);
});
