import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { escalationMessage, missingRights } from '../../src/auth/escalation.ts';
import { allows } from '../../src/auth/rbac.ts';

const rule = (verbs: string[], apiGroups: string[], resources: string[], resourceNames: string[] = []) => ({
  verbs,
  apiGroups,
  resources,
  resourceNames,
});

describe('rights', () => {
  for (const [title, given, attributes, allowed] of [
    ['a verb on a resource', rule(['get'], [''], ['pods']), { verb: 'get', group: '', resource: 'pods' }, true],
    ['not another verb', rule(['get'], [''], ['pods']), { verb: 'list', group: '', resource: 'pods' }, false],
    ['not a subresource', rule(['get'], [''], ['pods']), { verb: 'get', group: '', resource: 'pods', subresource: 'log' }, false],
    [
      'a subresource of any resource',
      rule(['get'], [''], ['*/log']),
      { verb: 'get', group: '', resource: 'pods', subresource: 'log' },
      true,
    ],
    ['only named objects', rule(['get'], [''], ['pods'], ['a']), { verb: 'get', group: '', resource: 'pods', name: 'b' }, false],
    ['everything', rule(['*'], ['*'], ['*']), { verb: 'delete', group: 'apps', resource: 'deployments', name: 'x' }, true],
    ['paths by prefix', { verbs: ['get'], nonResourceURLs: ['/api/*'] }, { verb: 'get', path: '/api/v1' }, true],
  ] as const) {
    test(`a rule gives: ${title}`, () => assert.equal(allows(given, attributes), allowed));
  }

  test('who grants must have each right, verb by verb', () => {
    const owned = [rule(['get', 'list'], [''], ['configmaps']), rule(['*'], ['apps'], ['*'])];
    assert.deepEqual(missingRights(owned, [rule(['get'], [''], ['configmaps']), rule(['delete'], ['apps'], ['deployments'])]), []);
    const missing = missingRights(owned, [rule(['get', 'delete', 'watch'], [''], ['configmaps'])]);
    assert.equal(
      escalationMessage({ username: 'joe', groups: ['devs'] }, missing),
      'user "joe" (groups=["devs"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["configmaps"], Verbs:["delete" "watch"]}',
    );
  });
});
