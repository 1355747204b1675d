import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { matchesLabels, parseLabelSelector, SelectorSyntaxError } from '../../src/selectors/label-selector.ts';
import { labelSelectorOf } from '../../src/selectors/label-selector-object.ts';

const LABELS = { env: 'prod', tier: 'web', n: '5', 'example.com/x': '' };

describe('label selectors', () => {
  for (const [selector, matches] of [
    ['', true],
    ['env=prod', true],
    ['env==prod,tier in (web, api)', true],
    ['env!=prod', false],
    ['other!=x', true],
    ['other notin (x)', true],
    ['other in (x)', false],
    ['env,!other', true],
    ['!env', false],
    ['n>4,n<6', true],
    ['tier>1', false],
    ['example.com/x=', true],
    ['env in ()', false],
    ['in=yes', false],
    [' env = prod , tier ', true],
  ] as const) {
    test(`${JSON.stringify(selector)} ${matches ? 'matches' : 'does not match'}`, () => {
      assert.equal(matchesLabels(parseLabelSelector(selector), LABELS), matches);
    });
  }

  for (const [selector, message] of [
    ['((', "found '(', expected: !, identifier, or 'end of string'"],
    ['env in prod', "unable to parse requirement: found 'prod' expected: '('"],
    ['env in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a=b,,c=d', "found ',', expected: identifier after ','"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a<x', "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"],
  ] as const) {
    test(`${JSON.stringify(selector)} is refused`, () => {
      assert.throws(
        () => parseLabelSelector(selector),
        (error) => error instanceof SelectorSyntaxError && error.message === message,
      );
    });
  }

  test('an absent LabelSelector selects nothing, an empty one everything', () => {
    assert.equal(labelSelectorOf(undefined), undefined);
    assert.deepEqual(labelSelectorOf({}), []);
    const selector = labelSelectorOf({ matchLabels: { env: 'prod' }, matchExpressions: [{ key: 'other', operator: 'DoesNotExist' }] });
    assert.equal(matchesLabels(selector ?? [], LABELS), true);
  });
});
