import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTemplateSpec } from '../../src/api/parse.ts';
import { bodiesSecret, completeSpec, revisionContent, revisionName, revisionObject, revisionOwners } from '../../src/template/revision.ts';
import { configMap, templateOf } from './fixtures.ts';

const key = new Uint8Array(32);
const secret = (value: string) => ({
  id: 'credentials',
  nameTemplate: '{{ .uid }}-c',
  spec: { apiVersion: 'v1', kind: 'Secret', stringData: { token: value } },
});

test('equal specs have one revision, whatever the order of their members; another text is another revision', () => {
  const a = revisionContent(templateOf({ configMaps: [configMap('a', { x: '1', y: '2' })] }).spec, key);
  const b = revisionContent(templateOf({ configMaps: [configMap('a', { y: '2', x: '1' })] }).spec, key);
  const c = revisionContent(templateOf({ configMaps: [configMap('a', { y: '2', x: '3' })] }).spec, key);
  assert.equal(a.hash, b.hash);
  assert.notEqual(a.hash, c.hash);
  assert.match(revisionName('web', a.hash), /^web-[0-9a-f]{10}$/);
});

test('rollout is policy: changing it makes no revision', () => {
  const spec = { configMaps: [configMap('a')] };
  assert.equal(
    revisionContent(templateOf(spec).spec, key).hash,
    revisionContent(templateOf({ ...spec, rollout: { maxSkew: 3 } }).spec, key).hash,
  );
});

test('trap 8: bodies of Secrets live in a Secret beside the revision, and the hash over them is keyed', () => {
  const template = templateOf({ secrets: [secret('s3cr3t-{{ .uid }}')], manifests: [{ ...secret('0ther'), id: 'm' }] });
  const content = revisionContent(template.spec, key);
  const owners = revisionOwners(template, undefined);
  const revision = revisionObject(template, content, 1, owners);
  assert.ok(!JSON.stringify(revision).includes('s3cr3t') && !JSON.stringify(revision).includes('0ther'));
  const bodies = bodiesSecret(template, content, owners);
  assert.equal(bodies?.metadata.name, revision.metadata.name);
  assert.deepEqual(completeSpec(parseTemplateSpec(revision), bodies), { ...template.spec });
  assert.equal(completeSpec(parseTemplateSpec(revision), undefined), undefined);
  assert.notEqual(revisionContent(template.spec, new Uint8Array([1])).hash, content.hash);
});

test('a template without Secrets has none beside its revision', () => {
  const template = templateOf({ configMaps: [configMap('a')] });
  assert.equal(bodiesSecret(template, revisionContent(template.spec, key), []), undefined);
});

test('a revision outlives its template while the registry is there (trap 4)', () => {
  const owners = revisionOwners(templateOf({ configMaps: [configMap('a')] }), { name: 'acme-saas', uid: 'r-1' });
  assert.deepEqual(
    owners.map(({ kind, controller }) => [kind, controller]),
    [
      ['TenantTemplate', true],
      ['TenantRegistry', undefined],
    ],
  );
});
