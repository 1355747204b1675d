import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { decideDependent, type OwnerState } from '../../src/controllers/garbage-collector/decide.ts';

const reference = (uid: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid });
const owners = (...states: OwnerState[]) => states.map((state, index) => ({ reference: reference(`u${index}`), state }));
const object = (metadata: KubeObject['metadata'] = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'd', ...metadata },
});

describe('what becomes of an object with owners', () => {
  for (const [title, target, states, hasDependents, decision] of [
    ['nothing without owners', object(), owners(), false, { do: 'nothing' }],
    ['nothing while an owner is there', object(), owners('solid'), false, { do: 'nothing' }],
    ['nothing while the kind of an owner is unknown', object(), owners('absent', 'unknown'), false, { do: 'nothing' }],
    [
      'owners that are gone are dropped while one stays',
      object(),
      owners('solid', 'absent', 'waiting'),
      false,
      { do: 'drop-references', uids: ['u1', 'u2'] },
    ],
    ['it goes when all owners are gone', object(), owners('absent', 'absent'), true, { do: 'delete', policy: 'Background' }],
    [
      'it goes in the foreground when an owner waits and it has dependents',
      object(),
      owners('waiting'),
      true,
      { do: 'delete', policy: 'Foreground' },
    ],
    ['a policy asked for before is kept', object({ finalizers: ['orphan'] }), owners('absent'), false, { do: 'delete', policy: 'Orphan' }],
    ['it is not deleted twice', object({ deletionTimestamp: 'now' }), owners('absent'), false, { do: 'nothing' }],
  ] as const) {
    test(title, () => assert.deepEqual(decideDependent(target, states, hasDependents), decision));
  }
});
