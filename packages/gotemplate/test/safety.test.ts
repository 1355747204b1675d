import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FunctionMap } from '../src/index.ts';
import { compile, TemplateError } from '../src/index.ts';
import { autopilot } from '../src/sets/autopilot.ts';
import { tenantTyped } from '../src/sets/tenant.ts';

const functions: FunctionMap = { ...tenantTyped, ...autopilot };
const limits = { outputBytes: 100_000, iterations: 5_000, depth: 50 };

test('prototypes are out of reach', () => {
  const data: unknown = JSON.parse('{"o":{"__proto__":"own"},"l":[1],"s":"x"}');
  const cases: readonly (readonly [string, string])[] = [
    ['{{ .constructor }}{{ .o.constructor }}{{ .toString }}', '<no value><no value><no value>'],
    ['{{ .__proto__ }}{{ .o.__proto__ }}', '<no value>own'],
    ['{{ index . "__proto__" }}{{ index . "constructor" }}', '<no value><no value>'],
    ['{{ get . "hasOwnProperty" }}{{ hasKey . "toString" }}', 'false'],
    ['{{ dig "o" "constructor" "d" . }}', 'd'],
    ['{{ $d := dict "__proto__" "x" }}{{ $d }}{{ $d.constructor }}', 'map[__proto__:x]<no value>'],
    ['{{ $_ := set .o "__proto__" (dict "p" 1) }}{{ .o.__proto__.p }}{{ .p }}', '1<no value>'],
    ['{{ (fromJson "{\\"__proto__\\":{\\"a\\":1}}").__proto__.a }}{{ (dict).a }}', '1<no value>'],
  ];
  for (const [source, want] of cases) assert.equal(compile(source, { functions }).render(data), want, source);
  assert.throws(() => compile('{{ .s.length }}').render(data), /can't evaluate field length in type interface/);
  assert.throws(() => compile('{{ .l.push }}').render(data), /can't evaluate field push in type interface/);
  assert.equal(Object.hasOwn(Object.prototype, 'p'), false);
});

test('names of Object.prototype are no functions', () => {
  for (const name of ['constructor', '__proto__', 'hasOwnProperty', 'valueOf']) {
    assert.throws(() => compile(`{{ ${name} }}`, { functions }), /not defined/);
    assert.throws(() => compile(`{{ template "${name}" }}`, { functions }).render({}), /not defined/);
  }
});

test('data never changes, whatever a template sets', () => {
  const data = { m: { a: { b: 1 } }, l: ['b', 'a'] };
  const before = structuredClone(data);
  const source =
    '{{ $_ := set .m.a "b" 2 }}{{ $_ := set . "x" 1 }}{{ $_ := unset .m "a" }}{{ sortAlpha .l }}{{ $_ := merge . (dict "y" 1) }}{{ .x }}{{ .m }}';
  const template = compile(source, { functions });
  assert.equal(template.render(data), '[a b]1map[]');
  assert.deepEqual(data, before);
  assert.equal(template.render(data), '[a b]1map[]');
});

const names = Object.keys(functions);
const word = fc.oneof(
  fc.constantFrom(
    '.',
    '$',
    '$x',
    '.a',
    '.a.b',
    '.l',
    '.missing',
    '.n',
    'true',
    'nil',
    '1',
    '-3',
    '1.5',
    '"s"',
    '`r`',
    "'c'",
    '1000000',
    '(dict "k" 1)',
    '(list 1 2)',
  ),
  fc.constantFrom(...names),
  fc.string({ maxLength: 4 }),
);
const command = fc.array(word, { minLength: 1, maxLength: 4 }).map((w) => w.join(' '));
const pipeline = fc.array(command, { minLength: 1, maxLength: 3 }).map((c) => c.join(' | '));
const piece = fc.oneof(
  pipeline.map((p) => `{{ ${p} }}`),
  pipeline.map((p) => `{{ $x := ${p} }}`),
  fc.tuple(fc.constantFrom('if', 'with', 'range'), pipeline, pipeline).map(([k, a, b]) => `{{ ${k} ${a} }}{{ ${b} }}{{ else }}x{{ end }}`),
  pipeline.map((p) => `{{ define "t" }}{{ ${p} }}{{ template "t" . }}{{ end }}`),
  fc.constantFrom('{{ template "t" . }}', '{{ end }}', '{{ break }}', '{{- /* c */ -}}', '{{', '}}', '\n'),
  fc.string({ maxLength: 10 }),
);
const source = fc.array(piece, { maxLength: 6 }).map((p) => p.join(''));
const json = fc.jsonValue({ maxDepth: 3 });
const dataOf = fc.record(
  { a: json, l: fc.array(json, { maxLength: 4 }), n: fc.double(), s: fc.string({ unit: 'binary' }) },
  { requiredKeys: [] },
);

test('any template over any data ends within its limits, with a result or a typed error', () => {
  fc.assert(
    fc.property(
      source,
      dataOf,
      fc.constantFrom('default', 'zero', 'error', 'handled'),
      fc.constantFrom('int64', 'float64'),
      (text, data, missingkey, numbers) => {
        try {
          const template = compile(text, { functions, missingkey, numbers, limits });
          template.variables();
          const out = template.render(data);
          assert.ok(Buffer.byteLength(out) <= limits.outputBytes * 3);
          assert.equal(template.render(data), out);
        } catch (cause) {
          if (!(cause instanceof TemplateError)) throw cause;
          assert.ok(['TemplateParse', 'TemplateExec', 'TemplateLimit'].includes(cause.code));
          assert.ok(cause.location.line >= 0);
        }
      },
    ),
    { numRuns: 3_000 },
  );
});
