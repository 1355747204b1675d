import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { builtinFunctions } from '../src/builtins/functions.ts';
import { compile, DEFAULT_LIMITS } from '../src/index.ts';
import { autopilot } from '../src/sets/autopilot.ts';
import { sprig } from '../src/sets/sprig.ts';
import { sprigWith } from '../src/sets/sprig-host.ts';
import { tenant, tenantTyped } from '../src/sets/tenant.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The rows of the table of functions: names and state. */
const rows = readme
  .slice(readme.indexOf('| group | functions | state |'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('`'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, group = '', names = '', state = '']) => ({ group, names: [...names.matchAll(/`(\w+)`/g)].map((m) => m[1] ?? ''), state }));

function named(filter: (row: { group: string; state: string }) => boolean): string[] {
  return rows
    .filter(filter)
    .flatMap((r) => r.names)
    .sort();
}

test('the table names every function of every set with its state', () => {
  const isSet = (r: { group: string }): boolean => / set/.test(r.group);
  assert.deepEqual(
    named((r) => r.state === 'as Go'),
    Object.keys(builtinFunctions).sort(),
  );
  assert.deepEqual(
    named((r) => r.state.startsWith('as Sprig')),
    Object.keys(sprig).sort(),
  );
  const clock = Object.keys(sprigWith({ clock: () => 0 })).filter((n) => !Object.hasOwn(sprig, n));
  assert.deepEqual(
    named((r) => r.state === 'host clock'),
    clock.sort(),
  );
  const random = Object.keys(sprigWith({ random: (n) => new Uint8Array(n) })).filter((n) => !Object.hasOwn(sprig, n));
  assert.deepEqual(
    named((r) => r.state === 'host random'),
    random.sort(),
  );
  for (const name of named(isSet))
    assert.ok(
      [tenant, tenantTyped, autopilot].some((s) => Object.hasOwn(s, name)),
      name,
    );
  for (const [name, fn] of Object.entries(autopilot))
    if (fn !== sprig[name]) assert.ok(named((r) => r.group === 'Autopilot set').includes(name), name);
  for (const [name, fn] of Object.entries(tenantTyped))
    if (fn !== sprig[name]) assert.ok(named((r) => r.group.startsWith('Tenant set')).includes(name), name);
});

test('no name of Sprig is forgotten', () => {
  const parsed: unknown = JSON.parse(readFileSync(new URL('./support/sprig-names.json', import.meta.url), 'utf8'));
  assert.ok(Array.isArray(parsed) && parsed.length > 200);
  const all = new Set(named((r) => !/ set/.test(r.group)));
  for (const name of parsed) assert.ok(all.has(String(name)), `${String(name)} is not in the table`);
});

test('what is left out is not there', () => {
  const everything = { ...sprigWith({ clock: () => 0, random: (n) => new Uint8Array(n) }), ...tenantTyped, ...autopilot };
  for (const name of named((r) => r.state === 'left out')) {
    assert.equal(Object.hasOwn(everything, name), false, name);
    assert.throws(() => compile(`{{ ${name} }}`, { functions: everything }), /not defined/);
  }
});

test('the limits are those of the table', () => {
  const cells = [...readme.matchAll(/^\| `(\w+)` \| ([\d,]+)(?: (MiB))? \|/gm)].map(([, name = '', n = '', unit]) => [
    name,
    Number(n.replaceAll(',', '')) * (unit === 'MiB' ? 1_048_576 : 1),
  ]);
  assert.deepEqual(Object.fromEntries(cells), {
    outputBytes: DEFAULT_LIMITS.outputBytes,
    iterations: DEFAULT_LIMITS.iterations,
    depth: DEFAULT_LIMITS.depth,
    sourceBytes: DEFAULT_LIMITS.sourceBytes,
  });
});

test('the first example is true', () => {
  const template = compile('Hello {{ .name | upper | quote }}', { functions: sprig, missingkey: 'error' });
  assert.equal(template.render({ name: 'world' }), 'Hello "WORLD"');
  assert.deepEqual(template.variables(), ['name']);
});
