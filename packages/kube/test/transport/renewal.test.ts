import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential } from '@caretaker/kube';
import { settle, VirtualClock } from '@caretaker/kube/testing';
import { CredentialRenewal } from '../../src/transport/renewal.ts';

const token = (text: string): Credential => ({ authorization: `Bearer ${text}` });

test('a revoked token is not asked about more than once in five seconds', async () => {
  const clock = new VirtualClock();
  let asked = 0;
  const refresh = async (): Promise<boolean> => {
    asked++;
    return false;
  };
  const renewal = new CredentialRenewal({ current: () => token('old'), refresh }, clock);
  for (let second = 0; second < 20; second++) {
    assert.equal(await renewal.after(token('old')), undefined);
    await clock.advance(1_000);
  }
  assert.equal(asked, 4);
});

test('all who were refused together wait for one renewal', async () => {
  const clock = new VirtualClock();
  let current = token('old');
  let asked = 0;
  const refresh = async (): Promise<boolean> => {
    asked++;
    await settle();
    current = token('new');
    return true;
  };
  const renewal = new CredentialRenewal({ current: () => current, refresh }, clock);
  const answers = await Promise.all(Array.from({ length: 10 }, () => renewal.after(token('old'))));
  assert.deepEqual(answers, Array(10).fill(token('new')));
  assert.equal(asked, 1);
  assert.deepEqual(await renewal.after(token('old')), token('new'), 'a straggler needs no renewal');
  assert.equal(asked, 1);
});

test('a renewal that fails leaves the 401 as it is', async () => {
  const renewal = new CredentialRenewal(
    { current: () => token('old'), refresh: () => Promise.reject(new Error('plugin')) },
    new VirtualClock(),
  );
  assert.equal(await renewal.after(token('old')), undefined);
});
