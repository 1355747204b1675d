// A manifest in the manner of Helm, from plain data.
import { compile } from '../src/index.ts';
import { autopilot } from '../src/sets/autopilot.ts';
import { sprig } from '../src/sets/sprig.ts';

const template = compile(
  `kind: ConfigMap
metadata:
  name: {{ .name | lower | trunc 63 | trimSuffix "-" }}
data:
  {{- range $key, $value := .settings }}
  {{ $key }}: {{ $value | toString | quote }}
  {{- end }}
  config.yaml: |
    {{- toYaml .config | nindent 4 }}
`,
  { name: 'configmap', functions: { ...sprig, ...autopilot }, missingkey: 'error' },
);

export const output = template.render({
  name: 'Demo',
  settings: { port: 8080, debug: false },
  config: { servers: [{ host: 'a.example', weight: 1 }], empty: {} },
});

export const expected = `kind: ConfigMap
metadata:
  name: demo
data:
  debug: "false"
  port: "8080"
  config.yaml: |
    empty: {}
    servers:
    - host: a.example
      weight: 1
`;
