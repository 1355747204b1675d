import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EngineError } from '../../src/errors/engine-error.ts';
import { type GraphNode, levelsOf } from '../../src/graph/graph.ts';

const node = (id: string, ...dependIds: string[]): GraphNode => ({ id, dependIds });
const ids = (levels: GraphNode[][]): string[][] => levels.map((level) => level.map((entry) => entry.id));

const tables: readonly [name: string, nodes: GraphNode[], levels: string[][]][] = [
  ['nothing', [], []],
  ['independent nodes, by id', [node('b'), node('a')], [['a', 'b']]],
  ['a chain', [node('c', 'b'), node('b', 'a'), node('a')], [['a'], ['b'], ['c']]],
  ['a diamond', [node('d', 'b', 'c'), node('b', 'a'), node('c', 'a'), node('a')], [['a'], ['b', 'c'], ['d']]],
  ['the longest way counts', [node('c', 'a', 'b'), node('b', 'a'), node('a')], [['a'], ['b'], ['c']]],
];

for (const [name, nodes, levels] of tables) {
  test(`levels: ${name}`, () => assert.deepEqual(ids(levelsOf(nodes)), levels));
}

const faults: readonly [name: string, nodes: GraphNode[], code: string, message: RegExp][] = [
  ['a cycle is named with its path', [node('a', 'b'), node('b', 'c'), node('c', 'a')], 'DependencyCycle', /a -> b -> c -> a/],
  ['only the cycle is named, not the way to it', [node('x', 'a'), node('a', 'b'), node('b', 'a')], 'DependencyCycle', /: a -> b -> a$/],
  ['a node that depends on itself', [node('a', 'a')], 'DependencyCycle', /a -> a/],
  ['an unknown id', [node('a', 'nope')], 'DependencyUnknown', /"a" depends on "nope"/],
  ['an id used twice', [node('a'), node('a')], 'DuplicateId', /"a" is used more than once/],
];

for (const [name, nodes, code, message] of faults) {
  test(`levels: ${name}`, () => {
    assert.throws(
      () => levelsOf(nodes),
      (error) => error instanceof EngineError && error.code === code && message.test(error.message) && !error.retryable,
    );
  });
}

/** A random graph without cycles: a node may depend on those before it. */
const acyclic = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 25 })
  .map((rows) => rows.map((picks, index) => node(`n${index}`, ...new Set(index === 0 ? [] : picks.map((pick) => `n${pick % index}`)))));

test('levels: every node comes after what it depends on, exactly once, whatever the order of input', () => {
  fc.assert(
    fc.property(acyclic, fc.nat(), (nodes, seed) => {
      const levels = levelsOf(nodes);
      const levelOf = new Map(levels.flatMap((level, depth) => level.map((entry) => [entry.id, depth] as const)));
      assert.equal(levelOf.size, nodes.length);
      for (const entry of nodes) {
        const depths = entry.dependIds.map((id) => levelOf.get(id) ?? Number.NaN);
        assert.equal(levelOf.get(entry.id), depths.length === 0 ? 0 : Math.max(...depths) + 1);
      }
      const turn = nodes.length === 0 ? 0 : seed % nodes.length;
      const shuffled = [...nodes.slice(turn).reverse(), ...nodes.slice(0, turn)];
      assert.deepEqual(ids(levelsOf(shuffled)), ids(levels));
    }),
  );
});
