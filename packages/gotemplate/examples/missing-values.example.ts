// missingkey=handled: a missing key is an error that names it, unless the template says what to do without it.
import { compile, ExecError } from '../src/index.ts';
import { sprig } from '../src/sets/sprig.ts';

const options = { name: 'deployment', functions: sprig, missingkey: 'handled' } as const;

const fine = compile('image: {{ .image.name }}:{{ .image.tag | default "latest" }}{{ if .debug }} --debug{{ end }}', options);
const broken = compile('image: {{ .image.nmae }}', options);

function explain(run: () => string): string {
  try {
    return run();
  } catch (cause) {
    return cause instanceof ExecError ? `${cause.message} (${cause.hint})` : String(cause);
  }
}

const data = { image: { name: 'nginx' } };

export const output = [explain(() => fine.render(data)), explain(() => broken.render(data))].join('\n');

export const expected = `image: nginx:latest
template: deployment:1:16: executing "deployment" at <.image.nmae>: map has no entry for key "nmae" (Provide "nmae", or handle its absence with default.)`;
