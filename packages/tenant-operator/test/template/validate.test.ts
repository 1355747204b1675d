import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unmappedVariables, validateTemplate } from '../../src/template/validate.ts';
import { registry } from '../registry/fixtures.ts';
import { compiled, configMap, templateOf } from './fixtures.ts';

const faults = (spec: Record<string, unknown>) => validateTemplate(templateOf(spec).spec, compiled(spec)).map(({ message }) => message);

test('a good template has no fault', () => {
  assert.deepEqual(faults({ configMaps: [configMap('a', { x: '{{ .uid }}' }), configMap('b', {}, { dependIds: ['a'] })] }), []);
});

test('bad input: a syntax error names list, id, field and line', () => {
  assert.deepEqual(faults({ configMaps: [configMap('a', { x: 'first\n{{ .uid | nosuch }}' })] }), [
    'configMaps[a] data.x line 2: function "nosuch" not defined',
  ]);
  assert.match(
    faults({ configMaps: [configMap('a', {}, { nameTemplate: '{{ .uid' })] })[0] ?? '',
    /^configMaps\[a\] nameTemplate line 1: unclosed action/,
  );
  assert.match(
    faults({ configMaps: [configMap('a', {}, { labelsTemplate: { plan: '{{ if }}' } })] })[0] ?? '',
    /^configMaps\[a\] labelsTemplate\[plan\] line 1: /,
  );
});

test('bad input: a cycle is named with its path', () => {
  const spec = {
    configMaps: [configMap('a', {}, { dependIds: ['b'] }), configMap('b', {}, { dependIds: ['c'] })],
    services: [{ ...configMap('c'), dependIds: ['a'] }],
  };
  assert.deepEqual(faults(spec), ['dependIds form a cycle: a -> b -> c -> a: take one of these dependencies out']);
});

test('bad input: an unknown dependency is named with what there is', () => {
  assert.deepEqual(faults({ configMaps: [configMap('a', {}, { dependIds: ['datbase'] }), configMap('database')] }), [
    'configMaps[a].dependIds names "datbase", which no resource of the template has: correct the id or take it out (ids: a, database)',
  ]);
});

test('bad input: an id used in two lists is named with both', () => {
  assert.deepEqual(faults({ configMaps: [configMap('a')], secrets: [configMap('a')] }), [
    'id "a" is used 2 times (configMaps, secrets): give each resource an id of its own',
  ]);
});

test('bad input: a manifest without kind, apiVersion or name', () => {
  assert.deepEqual(faults({ manifests: [{ id: 'a', spec: {} }] }), [
    'manifests[a].spec.apiVersion is missing: the manifest must say what it is',
    'manifests[a].spec.kind is missing: the manifest must say what it is',
    'manifests[a] has no name: set nameTemplate or spec.metadata.name',
  ]);
});

test('variables that no column fills are told, those of mappings and built-in ones are not', () => {
  const template = compiled({ configMaps: [configMap('a', { p: '{{ .plan }}', h: '{{ .host }}', n: '{{ .nosuch | default "x" }}' })] });
  assert.deepEqual(unmappedVariables(template, registry().spec), [{ variable: 'nosuch', id: 'a' }]);
});
