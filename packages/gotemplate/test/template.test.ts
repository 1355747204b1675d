import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, defineFunction, ExecError, Float, GoError, ParseError, toHost } from '../src/index.ts';
import { sprig } from '../src/sets/sprig.ts';
import { sprigWith } from '../src/sets/sprig-host.ts';
import { tenantTyped, typedResult } from '../src/sets/tenant.ts';

test('a template renders as often as it is asked to, and keeps nothing', () => {
  const template = compile('{{ $n := .n }}{{ range .l }}{{ . }}{{ $n }} {{ end }}');
  assert.equal(template.render({ n: 1, l: ['a', 'b'] }), 'a1 b1 ');
  assert.equal(template.render({ n: 2, l: [] }), '');
  assert.equal(template.name, 'template');
});

test('a source without actions is its own output', () => {
  assert.equal(compile('plain }} text').render(undefined), 'plain }} text');
  assert.equal(compile('').render({}), '');
});

test('delimiters can be chosen; an empty one is the default', () => {
  assert.equal(compile('<< .a >>{{ .a }}', { delimiters: ['<<', '>>'] }).render({ a: 1 }), '1{{ .a }}');
  assert.equal(compile('{{ .a }>', { delimiters: ['', '}>'] }).render({ a: 1 }), '1');
});

test('numbers are int64 as in Kubernetes objects, or float64 as in plain JSON', () => {
  const source = '{{ printf "%T %T %v" .a .b .a }}';
  assert.equal(compile(source).render({ a: 1_000_000, b: 1.5 }), 'int64 float64 1000000');
  assert.equal(compile(source, { numbers: 'float64' }).render({ a: 1_000_000, b: 1.5 }), 'float64 float64 1e+06');
  assert.equal(compile('{{ .a }} {{ .b }} {{ .c }}').render({ a: 9007199254740993n, b: new Float(2), c: -0 }), '9007199254740993 2 0');
});

test('data may be a Map, hold undefined, and be of any JSON type', () => {
  assert.equal(compile('{{ .a }}{{ .b }}{{ len . }}').render(new Map([['a', 1]])), '1<no value>1');
  assert.equal(compile('{{ . }} {{ .b }}').render({ a: 1, b: undefined }), 'map[a:1] <no value>');
  assert.equal(compile('{{ . }}').render(null), '<no value>');
  assert.equal(compile('{{ . }}').render([1, null]), '[1 <nil>]');
  assert.throws(() => compile('{{ .f }}').render({ f: () => 1 }), TypeError);
});

test('an output that is not UTF-8 is exact as bytes', () => {
  const template = compile('{{ trunc 1 "é" }}', { functions: sprig });
  assert.deepEqual([...template.renderBytes({})], [0xc3]);
  assert.equal(template.render({}), '\ufffd');
  assert.equal(compile('{{ trunc 1 "é" }}{{ substr 1 2 "é" }}', { functions: sprig }).render({}), 'é');
  assert.equal(compile('{{ . }}').render('\ud800'), '\ufffd');
});

test('errors say what, where and why', () => {
  assert.throws(
    () => compile('a\n{{ if }}', { name: 'n' }),
    (cause: unknown) => {
      assert.ok(cause instanceof ParseError);
      assert.equal(cause.message, 'template: n:2: missing value for if');
      assert.deepEqual(cause.location, { templateName: 'n', line: 2 });
      assert.equal(cause.code, 'TemplateParse');
      assert.equal(cause.reason, 'missing value for if');
      return true;
    },
  );
  assert.throws(
    () => compile('é {{ .a.b }}', { name: 'n', missingkey: 'error' }).render({ a: {} }),
    (cause: unknown) => {
      assert.ok(cause instanceof ExecError);
      assert.equal(cause.message, 'template: n:1:8: executing "n" at <.a.b>: map has no entry for key "b"');
      assert.deepEqual(cause.location, { templateName: 'n', line: 1, column: 8, expression: '.a.b' });
      assert.equal(cause.missingKey, 'b');
      return true;
    },
  );
});

test("functions of the host have typed parameters, checked in Go's words", () => {
  const seen: unknown[] = [];
  const functions = {
    note: defineFunction({
      params: ['string', 'int', 'map'],
      rest: 'any',
      returns: 'int',
      call: (s, n, m, ...more) => {
        seen.push(s, n, m, more);
        return more.length;
      },
    }),
    refuse: defineFunction({
      params: [],
      call: () => {
        throw new Error('no cluster');
      },
    }),
    given: defineFunction({ params: ['any'], acceptsMissing: 'all', call: (v) => ({ v, list: [1, 2.5] }) }),
  };
  const render = (source: string, missingkey: 'error' | 'handled' = 'error') =>
    compile(source, { functions, missingkey }).render({ m: { a: [1, 1.5, null] }, i: 3 });
  assert.equal(render('{{ printf "%T" (note "s" 2 .m .i nil) }}'), 'int');
  assert.deepEqual(seen, ['s', 2, { a: [1, 1.5, null] }, [3, null]]);
  assert.equal(render('{{ printf "%T" (given 1).list }} {{ (given .absent).v }}', 'handled'), '[]interface {} <no value>');
  assert.throws(() => render('{{ note "s" .i .m }}'), /at <\.i>: wrong type for value; expected int; got int64/);
  assert.throws(() => render('{{ note "s" }}'), /wrong number of args for note: want at least 3 got 1/);
  assert.throws(() => render('{{ note 1 2 .m }}'), /expected string; found 1/);
  assert.throws(() => render('{{ refuse }}'), {
    message: 'template: template:1:3: executing "template" at <refuse>: error calling refuse: no cluster',
  });
});

test('variables are the names that the root can be asked for', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{{ .a.b }}{{ $.c }}', ['a', 'c']],
    ['{{ range .list }}{{ .x }}{{ $.y }}{{ end }}', ['list', 'y']],
    ['{{ with .w }}{{ .x }}{{ else }}{{ .z }}{{ end }}', ['w', 'z']],
    ['{{ with $ }}{{ .a }}{{ end }}{{ with . }}{{ .b }}{{ end }}', ['a', 'b']],
    ['{{ $r := . }}{{ range .l }}{{ $r.deep }}{{ end }}', ['deep', 'l']],
    ['{{ define "t" }}{{ .in }}{{ $.out }}{{ end }}{{ template "t" . }}', ['in', 'out']],
    ['{{ define "t" }}{{ .in }}{{ end }}{{ template "t" .sub }}', ['sub']],
    ['{{ index . "i" }}{{ get . "g" }}{{ hasKey $ "h" }}{{ dig "d" "e" "x" . }}{{ . | pluck "p" }}', ['d', 'g', 'h', 'i', 'p']],
    ['{{ (.a).b }}{{ ($).c }}{{ if .d }}{{ .e | default .f }}{{ end }}', ['a', 'c', 'd', 'e', 'f']],
    ['{{ range $k, $v := . }}{{ $v.x }}{{ end }}', []],
    ['{{ block "b" . }}{{ .in }}{{ end }}', ['in']],
    ['plain', []],
  ];
  for (const [source, want] of cases) assert.deepEqual(compile(source, { functions: sprig }).variables(), want, source);
});

test('clock and random come from the host, and are off without one', () => {
  assert.throws(() => compile('{{ now }}', { functions: sprig }), /function "now" not defined/);
  assert.throws(() => compile('{{ uuidv4 }}', { functions: sprig }), /not defined/);
  assert.throws(() => compile('{{ date "2006" "x" }}', { functions: sprig }).render({}), /the current time is not available/);
  const functions = sprigWith({ clock: () => 1_700_000_000_500, random: (n) => new Uint8Array(n).fill(7) });
  const render = (source: string) => compile(source, { functions }).render({});
  assert.equal(render('{{ now | date "2006-01-02T15:04:05.000Z07:00" }}'), '2023-11-14T22:13:20.500Z');
  assert.equal(render('{{ ago (toDate "2006-01-02" "2023-11-14") }}'), '22h13m21s');
  assert.equal(render('{{ uuidv4 }}'), '07070707-0707-4707-8707-070707070707');
  assert.equal(render('{{ len (randAlphaNum 12) }} {{ randNumeric 3 }} {{ len (randAscii 4) }} {{ randInt 5 6 }}'), '12 999 4 5');
  assert.equal(render('{{ encryptAES "k" "text" | decryptAES "k" }}'), 'text');
  assert.match(render('{{ htpasswd "u" "p" }}'), /^u:\$2a\$10\$.{53}$/);
  assert.equal(render('{{ randBytes 3 }}'), 'BwcH');
});

test('a typed string gives a value only as a whole', () => {
  const typed = (source: string) => typedResult(compile(source, { functions: tenantTyped }).render({ n: '42' }));
  assert.equal(typed('{{ int .n }}'), 42);
  assert.equal(typed('{{ int "9223372036854775807" }}'), 9223372036854775807n);
  assert.equal(typed('{{ float "2.5" }}'), 2.5);
  assert.equal(typed('{{ bool "yes" }}'), true);
  assert.equal(typed('{{ int .n }}Gi'), '__LYNQ_TYPE_INT__42Gi');
  assert.equal(typed('n={{ int .n }}'), 'n=__LYNQ_TYPE_INT__42');
  assert.equal(typed('{{ .n }}'), '42');
});

test('values come back as plain JavaScript', () => {
  const values: unknown[] = [];
  const functions = { ...sprig, keep: defineFunction({ params: ['any'], call: (v) => values.push(v) }) };
  compile('{{ keep (dict "a" (list 1 "x" nil 2.5) "b" (toDate "2006" "2020")) }}{{ keep 1i }}{{ keep nil }}', { functions }).render({});
  assert.deepEqual(values, [{ a: [1, 'x', null, 2.5], b: '2020-01-01 00:00:00 +0000 UTC' }, '(0+1i)', null]);
  assert.equal(toHost(true), true);
  assert.equal(new GoError('x').name, 'GoError');
});
