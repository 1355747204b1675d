// Writes src/generated/openapi: paths.br, the paths of every OpenAPI v3 document of a real kube-apiserver, a line each (name, tab, JSON), and those of custom
// resources as a template; schemas.json.gz, their schemas. Usage, with a server that nobody else uses: node generate/openapi.ts https://127.0.0.1:6443 TOKEN CA_FILE
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const [base = '', token = '', ca = ''] = process.argv.slice(2);
const GROUP = 'group-of.the-template.com';

function ask(path: string, body?: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const sent = request(`${base}${path}`, { method: body === undefined ? 'GET' : 'POST', headers, ca: readFileSync(ca) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => resolve(text));
    });
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function definition(scope: string, plural: string, kind: string): unknown {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope,
      names: { plural, kind, singular: kind.toLowerCase() },
      versions: [
        {
          name: 'v1beta7',
          served: true,
          storage: true,
          subresources: { status: {}, scale: { specReplicasPath: '.spec.a', statusReplicasPath: '.status.b' } },
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
    },
  };
}

function template(paths: string, plural: string, kind: string): string {
  const words: [string, string][] = [
    [GROUP.split('.').reverse().join('.'), '{{reversed}}'],
    [GROUP, '{{group}}'],
    ['GroupOfTheTemplateCom', '{{Group}}'],
    ['groupOfTheTemplateCom', '{{groupTag}}'],
    ['V1beta7', '{{Version}}'],
    ['v1beta7', '{{version}}'],
    [`${kind}List`, '{{listKind}}'],
    [kind, '{{kind}}'],
    [plural, '{{plural}}'],
  ];
  return words.reduce((text, [from, to]) => text.replaceAll(from, to), paths);
}

interface Document {
  paths: Record<string, unknown>;
  components?: { schemas?: Record<string, unknown> };
}

const index = JSON.parse(await ask('/openapi/v3')) as { paths: Record<string, unknown> };
const lines: string[] = [];
const schemas: Record<string, unknown> = {};
for (const name of Object.keys(index.paths).sort()) {
  if (/^apis\/[^/]*\.com(\/|$)/.test(name)) continue;
  const document = JSON.parse(await ask(`/openapi/v3/${name}`)) as Document;
  Object.assign(schemas, document.components?.schemas);
  lines.push(`${name}\t${JSON.stringify(document.paths)}`);
}
for (const [scope, plural, kind] of [
  ['Namespaced', 'gizmos', 'Gizmo'],
  ['Cluster', 'worlds', 'World'],
] as const) {
  await ask('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition(scope, plural, kind));
  const path = `/openapi/v3/apis/${GROUP}/v1beta7`;
  let text = '';
  while (!text.includes(`"${kind}"`)) text = await ask(path);
  const { paths, components } = JSON.parse(text) as Document;
  // here the options and events that belong to every group name all of them
  for (const name of ['DeleteOptions', 'WatchEvent'].map((each) => `io.k8s.apimachinery.pkg.apis.meta.v1.${each}`))
    if (components?.schemas?.[name] !== undefined) schemas[name] = components.schemas[name];
  const own = Object.fromEntries(Object.entries(paths).filter(([each]) => each.includes(`/${plural}`)));
  lines.push(`custom/${scope}\t${template(JSON.stringify(own), plural, kind)}`);
}
writeFileSync(new URL('../src/generated/openapi/paths.br', import.meta.url), brotliCompressSync(Buffer.from(`${lines.join('\n')}\n`)));
const ordered = Object.fromEntries(Object.entries(schemas).sort(([left], [right]) => (left < right ? -1 : 1)));
writeFileSync(new URL('../src/generated/openapi/schemas.json.gz', import.meta.url), gzipSync(JSON.stringify(ordered), { level: 9 }));
