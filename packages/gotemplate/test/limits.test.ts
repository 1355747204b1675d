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
