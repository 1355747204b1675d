import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConsole } from '../src/terminal/console.ts';
import { renderTable } from '../src/terminal/table.ts';

test('columns are aligned by cells, wide characters count two', () => {
  assert.equal(
    renderTable(
      ['NAME', 'AGE'],
      [
        ['サクラ', '1s'],
        ['acme', '10s'],
      ],
    ),
    'NAME    AGE\nサクラ  1s\nacme    10s',
  );
});

test('control characters in a cell are shown, not obeyed', () => {
  assert.equal(renderTable(['A'], [['x\u001b[31m\n']]), 'A\nx\\u001b[31m\\n');
});

test('on a pipe progress is written at most once a second, and the last line is not lost', () => {
  let now = 0;
  const written: string[] = [];
  const sink = { write: (text: string) => written.push(text) };
  const console = createConsole(sink, sink, () => now, {});
  console.progress('1/3');
  now = 500;
  console.progress('2/3');
  now = 900;
  console.progress('3/3');
  console.done();
  assert.deepEqual(written, ['1/3\n', '3/3\n']);
});

test('results go to stdout, words for the person to stderr', () => {
  const out: string[] = [];
  const err: string[] = [];
  const console = createConsole({ write: (t: string) => out.push(t) }, { write: (t: string) => err.push(t) }, () => 0, {});
  console.out('export KUBECONFIG=x');
  console.say('starting');
  assert.deepEqual([out, err], [['export KUBECONFIG=x\n'], ['starting\n']]);
});
