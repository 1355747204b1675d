import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContainerLog } from '../../src/process/container-log.ts';
import { logOptions, streamLog } from '../../src/process/log-request.ts';

const START = Date.UTC(2026, 0, 1);

function makeLog(mostBytes?: number): { log: ContainerLog; say(text: string, afterSeconds?: number): void } {
  let now = START;
  const log = new ContainerLog(() => now, mostBytes);
  return {
    log,
    say: (text, afterSeconds = 1) => {
      now += afterSeconds * 1000;
      log.write('stdout', Buffer.from(text));
    },
  };
}

async function read(log: ContainerLog, query: string, signal = new AbortController().signal): Promise<string> {
  let text = '';
  for await (const chunk of streamLog(log, logOptions(new URLSearchParams(query), START + 10_000), signal))
    text += Buffer.from(chunk).toString();
  return text;
}

test('tail, since, timestamps and a byte limit', async () => {
  const { log, say } = makeLog();
  for (const line of ['one\n', 'two\n', 'three\n', 'four\n']) say(line);
  assert.equal(await read(log, ''), 'one\ntwo\nthree\nfour\n');
  assert.equal(await read(log, 'tailLines=2'), 'three\nfour\n');
  assert.equal(await read(log, 'tailLines=0'), '');
  assert.equal(await read(log, 'sinceSeconds=7'), 'three\nfour\n');
  assert.equal(await read(log, 'sinceTime=2026-01-01T00:00:04Z'), 'four\n');
  assert.equal(await read(log, 'tailLines=1&timestamps=true'), '2026-01-01T00:00:04.000000000Z four\n');
  assert.equal(await read(log, 'limitBytes=5'), 'one\nt');
});

test('pieces of a line are joined, also inside a character', async () => {
  const { log } = makeLog();
  const bytes = Buffer.from('grüße\nnext');
  log.write('stdout', bytes.subarray(0, 3));
  log.write('stdout', bytes.subarray(3));
  assert.equal(await read(log, ''), 'grüße\nnext');
});

test('following goes on with what comes, and ends with the container', async () => {
  const { log, say } = makeLog();
  say('one\n');
  const following = read(log, 'follow=true&tailLines=1');
  await new Promise((resolve) => setImmediate(resolve));
  say('two ');
  await new Promise((resolve) => setImmediate(resolve));
  say('more\n');
  log.close();
  assert.equal(await following, 'one\ntwo more\n');
});

test('following ends when the client goes', async () => {
  const { log, say } = makeLog();
  say('one\n');
  const abort = new AbortController();
  const following = read(log, 'follow=true', abort.signal);
  await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  assert.equal(await following, 'one\n');
});

test('the oldest lines go when there is too much', async () => {
  const { log, say } = makeLog(20);
  for (let index = 0; index < 10; index += 1) say(`line ${index}\n`);
  assert.equal(await read(log, ''), 'line 7\nline 8\nline 9\n');
});
