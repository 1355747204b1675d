import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { asWished, indent } from '../../src/server/answers/indented.ts';

const compact = '{"kind":"Status","metadata":{},"code":404,"list":[],"big":9223372036854775807,"text":"a: [\\"b\\"], {}"}\n';
const indented = `{
  "kind": "Status",
  "metadata": {},
  "code": 404,
  "list": [],
  "big": 9223372036854775807,
  "text": "a: [\\"b\\"], {}"
}`;

function answered(path: string, headers: Record<string, string>, status = 200, type = 'application/json'): unknown {
  const [bare = '', query] = path.split('?');
  return asWished({ status, headers: { 'content-type': type }, body: compact }, { path: bare, query: new URLSearchParams(query), headers })
    .body;
}

describe('JSON that is read by people', () => {
  const curl = { 'user-agent': 'curl/8.5.0' };
  const place = '/api/v1/namespaces/none';
  for (const [what, path, headers, type] of [
    ['curl', place, curl],
    ['a browser', place, { 'user-agent': 'Mozilla/5.0 (X11)' }],
    ['curl, with an empty word', `${place}?pretty=`, curl],
    ['who asks for it in the query', `${place}?pretty=T`, {}],
    ['who asks for it in Accept', place, { accept: 'application/json;pretty=1' }],
    ['curl, discovery', '/apis', curl],
    ['curl, aggregated discovery', '/apis', curl, 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'],
  ] as const) {
    test(`${what}: indented`, () => assert.equal(answered(path, headers, 200, type), indented));
  }
  for (const [what, path, headers, type] of [
    ['client-go', place, { 'user-agent': 'kubectl/v1.36.3' }],
    ['curl that asks otherwise', `${place}?pretty=false`, curl],
    ['a word that is no boolean', `${place}?pretty=maybe`, curl],
    ['Accept with another word', place, { accept: 'application/json;pretty=true' }],
    ['curl, OpenAPI', '/openapi/v2', curl],
    ['curl, what is no JSON', place, curl, 'application/yaml'],
  ] as const) {
    test(`${what}: as it is`, () => assert.equal(answered(path, headers, 200, type), compact));
  }

  test('a refusal is indented on every path', () => assert.equal(answered('/metrics', curl, 403), indented));

  test('as JSON.stringify indents', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(indent(JSON.stringify(value)), JSON.stringify(value, undefined, 2))));
  });
});
