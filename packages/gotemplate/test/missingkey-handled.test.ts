import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, ExecError } from '../src/index.ts';
import { sprig } from '../src/sets/sprig.ts';

const data = { present: 'x', empty: '', nested: { a: null, b: 'c' }, list: ['l'] };

function render(source: string): string {
  return compile(source, { name: 'x', missingkey: 'handled', functions: sprig }).render(data);
}

const accepted: readonly (readonly [string, string])[] = [
  ['{{ .absent | default "d" }}', 'd'],
  ['{{ default "d" .absent }}', 'd'],
  ['{{ .absent.deeper.still | default "d" }}', 'd'],
  ['{{ .nested.absent.x | default "d" }}', 'd'],
  ['{{ .nested.a.x | default "d" }}', 'd'],
  ['{{ $.absent | default "d" }}', 'd'],
  ['{{ (.absent).x | default "d" }}', 'd'],
  ['{{ coalesce .absent .empty .present }}', 'x'],
  ['{{ empty .absent }}', 'true'],
  ['{{ ternary "y" "n" .absent }}', 'n'],
  ['{{ hasKey .absent "k" }} {{ hasKey . "absent" }}', 'false false'],
  ['{{ or .absent .present }}', 'x'],
  ['{{ if and .present .absent }}y{{ else }}n{{ end }}', 'n'],
  ['{{ not .absent }}', 'true'],
  ['{{ if .absent }}y{{ else if .absent.x }}z{{ else }}n{{ end }}', 'n'],
  ['{{ with .absent }}y{{ else }}n{{ end }}', 'n'],
  ['{{ $v := .absent }}{{ $v | default "d" }}', 'd'],
  ['{{ define "t" }}{{ .a | default "d" }}{{ end }}{{ template "t" .absent }}', 'd'],
  ['{{ range .list }}{{ $.absent | default . }}{{ end }}', 'l'],
  ['{{ index . "absent" | default "d" }}', 'd'],
  ['{{ .nested.a }}', '<no value>'],
];

for (const [source, want] of accepted) {
  test(`missingkey=handled accepts ${source}`, () => assert.equal(render(source), want));
}

const refused: readonly (readonly [string, string])[] = [
  ['{{ .absent }}', 'template: x:1:3: executing "x" at <.absent>: map has no entry for key "absent"'],
  ['a\n  {{ .nested.b }}-{{ .nested.absent }}', 'template: x:2:28: executing "x" at <.nested.absent>: map has no entry for key "absent"'],
  ['{{ .absent.deeper }}', 'template: x:1:10: executing "x" at <.absent.deeper>: map has no entry for key "absent"'],
  ['{{ upper .absent }}', 'template: x:1:9: executing "x" at <.absent>: map has no entry for key "absent"'],
  ['{{ .absent | upper }}', 'template: x:1:3: executing "x" at <.absent>: map has no entry for key "absent"'],
  ['{{ eq .absent "x" }}', 'template: x:1:6: executing "x" at <.absent>: map has no entry for key "absent"'],
  ['{{ range .absent }}{{ end }}', 'template: x:1:9: executing "x" at <.absent>: map has no entry for key "absent"'],
  ['{{ printf "%s" .absent }}', 'template: x:1:15: executing "x" at <.absent>: map has no entry for key "absent"'],
  ['{{ ternary .absent "n" true }}', 'template: x:1:11: executing "x" at <.absent>: map has no entry for key "absent"'],
  ['{{ or .empty .absent }}', 'template: x:1:13: executing "x" at <.absent>: map has no entry for key "absent"'],
  ['{{ $v := .absent }}{{ $v }}', 'template: x:1:9: executing "x" at <.absent>: map has no entry for key "absent"'],
];

for (const [source, message] of refused) {
  test(`missingkey=handled refuses ${JSON.stringify(source)} and names the key`, () => {
    assert.throws(
      () => render(source),
      (cause: unknown) => {
        assert.ok(cause instanceof ExecError);
        assert.equal(cause.message, message);
        assert.equal(cause.missingKey, 'absent');
        assert.match(cause.hint, /"absent"/);
        return true;
      },
    );
  });
}
