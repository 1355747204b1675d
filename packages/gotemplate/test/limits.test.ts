import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompileOptions, LimitName } from '../src/index.ts';
import { compile, LimitError } from '../src/index.ts';
import { autopilot } from '../src/sets/autopilot.ts';
import { sprig } from '../src/sets/sprig.ts';

const functions = { ...sprig, ...autopilot };

function assertLimited(source: string, limit: LimitName, options: CompileOptions = {}, data: unknown = {}): void {
  assert.throws(
    () => compile(source, { functions, ...options }).render(data),
    (cause: unknown) => {
      assert.ok(cause instanceof LimitError, String(cause));
      assert.equal(cause.limit, limit);
      assert.equal(cause.code, 'TemplateLimit');
      assert.equal(cause.retryable, false);
      return true;
    },
  );
}

test('output is limited in bytes, not characters', () => {
  const limits = { outputBytes: 10 };
  assert.equal(compile('{{ . }}', { limits }).render('éééééx'.slice(0, 5)), 'ééééé');
  assertLimited('{{ . }}', 'outputBytes', { limits }, 'éééééé');
  assertLimited('{{ range 100 }}xx{{ end }}', 'outputBytes', { limits });
});

test('functions refuse to make strings beyond the limit', () => {
  for (const call of [
    'repeat 1000000000 "x"',
    'indent 1000000000 "x"',
    'nindent 100000000 "x"',
    'replace "" (repeat 1000000 "x") (repeat 1000000 "y") | len',
    'join (repeat 1000000 "x") (until 1000)',
  ]) {
    assertLimited(`{{ ${call} }}`, 'outputBytes');
  }
});

test('loops, lists and calls count as iterations', () => {
  const limits = { iterations: 1000 };
  for (const source of [
    '{{ range 1000000000000 }}{{ end }}',
    '{{ range until 2000 }}{{ end }}',
    '{{ untilStep 0 1000000000 1 | len }}',
    '{{ seq 1 1000000000 }}',
    '{{ range 100 }}{{ range 100 }}{{ end }}{{ end }}',
    '{{ $l := list 1 }}{{ range 30 }}{{ $l = concat $l $l }}{{ end }}',
  ]) {
    assertLimited(source, 'iterations', { limits });
  }
});

test('small values that unfold to large ones count as what they unfold to', () => {
  const limits = { iterations: 10_000 };
  const doubled = '{{ $s := list 1 }}{{ range 60 }}{{ $s = list $s $s }}{{ end }}';
  for (const use of [
    '{{ $s }}',
    '{{ len (print $s) }}',
    '{{ len (html $s) }}',
    '{{ len (toJson $s) }}',
    '{{ len (toYaml $s) }}',
    '{{ len (join "," $s) }}',
    '{{ deepCopy $s | len }}',
    '{{ $t := list 1 }}{{ range 60 }}{{ $t = list $t $t }}{{ end }}{{ deepEqual $s $t }}',
    '{{ $t := list 1 }}{{ range 60 }}{{ $t = list $t $t }}{{ end }}{{ uniq (list $s $t) | len }}',
  ]) {
    assertLimited(doubled + use, 'iterations', { limits });
  }
  const shared = [1, 2, 3];
  assert.equal(compile('{{ .a }}{{ .b }}', { limits }).render({ a: shared, b: shared }), '[1 2 3][1 2 3]');
});

test('work on large values and slow hashes counts', () => {
  for (const source of [
    '{{ $x := repeat 1000000 "x" }}{{ range 100000 }}{{ $y := sha1sum $x }}{{ end }}',
    '{{ $x := until 10000 }}{{ range 100000 }}{{ $y := reverse $x }}{{ end }}',
    '{{ $x := splitList "" (repeat 100000 "x") }}{{ range 100000 }}{{ $y := sortAlpha $x }}{{ end }}',
    '{{ range 1000 }}{{ $y := derivePassword 1 "long" "a" "b" "c" }}{{ end }}',
  ]) {
    assertLimited(source, 'iterations', { limits: { iterations: 20_000 } });
  }
});

test('templates that call themselves end at the depth', () => {
  assertLimited('{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}', 'depth');
  assertLimited('{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}', 'depth', { limits: { depth: 100_000 } });
});

test('a map that holds itself cannot be printed, and says so', () => {
  assertLimited('{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}', 'depth');
  assertLimited('{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}', 'depth');
});

test('time is limited by the clock that the host lends', () => {
  let ms = 0;
  const limits = { milliseconds: 50, now: () => ms++ };
  assertLimited('{{ range 900000 }}{{ end }}', 'milliseconds', { limits });
  assert.equal(compile('{{ range 100 }}{{ end }}ok', { limits }).render({}), 'ok');
});

test('a source has a largest size', () => {
  assert.throws(() => compile('x'.repeat(100), { limits: { sourceBytes: 99 } }), LimitError);
});

test('nesting beyond the stack is a parse error', () => {
  const source = `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`;
  assert.throws(() => compile(source), /max expression depth exceeded/);
});

test('a limit error says where', () => {
  assert.throws(() => compile('a\n{{ repeat 100 "x" }}', { name: 'n', functions, limits: { outputBytes: 10 } }).render({}), {
    message: 'template: n:2:3: executing "n" at <repeat 100 "x">: error calling repeat: exceeded the limit of 10 bytes',
  });
});
