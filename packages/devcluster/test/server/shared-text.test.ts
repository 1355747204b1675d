import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedTexts } from '../../src/storage/shared-text.ts';
import { templateSpan } from '../../src/storage/text-span.ts';

test('the spec of a pod template is found whatever its texts hold', () => {
  const rows: [object: unknown, spec: unknown][] = [
    [{ spec: { template: { metadata: { labels: { a: '}' } }, spec: { containers: [{ command: ['"{', '\\"}'] }] } }, more: 1 } }, 0],
    [{ spec: { template: { spec: {} } } }, 0],
    [{ metadata: { name: 'x' }, spec: { replicas: 1 } }, undefined],
    [{ spec: { template: { data: 1 } } }, undefined],
  ];
  for (const [object, found] of rows) {
    const text = JSON.stringify(object);
    const span = templateSpan(text);
    if (found === undefined) assert.equal(span, undefined, text);
    else {
      const { spec } = object as { spec: { template: { spec: unknown } } };
      assert.equal(text.slice(span?.from, span?.to), JSON.stringify(spec.template.spec));
    }
  }
});

test('a text is shared from its second time on, and forgotten when many others came', () => {
  const texts = new SharedTexts();
  assert.equal(texts.share('a'), undefined);
  assert.equal(texts.share('a'), 'a');
  for (let index = 0; index < 600; index += 1) texts.share(`other ${index}`);
  assert.equal(texts.share('a'), 'a', 'what was met a while ago is still known');
  for (let index = 0; index < 2000; index += 1) texts.share(`more ${index}`);
  assert.equal(texts.share('a'), undefined);
  assert.equal(texts.share('x'.repeat(5000)), undefined);
  assert.equal(texts.share('x'.repeat(5000)), undefined, 'long ones are not remembered');
});
