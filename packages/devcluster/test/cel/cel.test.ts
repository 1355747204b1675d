import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { celLibrary, compileCel } from '../../src/cel/compile.ts';
import { type CelType, DYN, INT, listOf, mapOf, objectOf, STRING } from '../../src/cel/types.ts';

const self: CelType = objectOf(
  'self',
  new Map([
    ['a', STRING],
    ['n', INT],
    ['l', listOf(STRING)],
    ['m', mapOf(STRING, INT)],
    ['d', DYN],
  ]),
);
const environment = {
  library: celLibrary(),
  variables: new Map([
    ['self', self],
    ['x', DYN],
  ]),
};
const value = new Map<string, unknown>([
  ['a', 'abc'],
  ['n', 5n],
  ['l', ['b', 'a']],
  ['m', new Map([['k', 1n]])],
]);
const evaluate = (source: string, x: unknown = null): unknown => compileCel(source, environment).evaluate({ self: value, x });

describe('expressions that hold', () => {
  const holds = [
    'self.a.startsWith("a") && self.n % 2 == 1',
    'self.l.all(i, i.size() == 1) && self.l.exists(i, i == "a") && self.l.exists_one(i, i == "b")',
    'self.l.map(i, i + "x") == ["bx", "ax"] && self.l.filter(i, i > "a") == ["b"]',
    'self.l.map(i, i != "a", i) == ["b"]',
    'self.m.all(k, self.m[k] == 1) && "k" in self.m && !("z" in self.m)',
    'self.m.transformMap(k, v, v + 1) == {"k": 2} && self.l.transformList(i, v, string(i) + v) == ["0b", "1a"]',
    'self.l.exists(i, v, i == 1 && v == "a") && self.m.all(k, v, k == "k" && v == 1)',
    'has(self.a) && !has(self.m.z) && self.?a.hasValue() && self.m[?"z"].orValue(7) == 7',
    'optional.of(3).optMap(v, v + 1).value() == 4 && optional.none().or(optional.of(1)).value() == 1',
    'cel.bind(v, self.n * 2, v + v) == 20',
    'false && x.nope || true || x.nope',
    '[1, 2, 3].sum() == 6 && [2, 1].min() == 1 && ["b", "c"].max() == "c" && [1, 2].isSorted() && ["a", "b"].indexOf("b") == 1',
    'sets.contains(self.l, ["a"]) && sets.equivalent([1, 2], [2, 1, 1]) && !sets.intersects([1], [2])',
    '"a,b,c".split(",", 2) == ["a", "b,c"] && ["a", "b"].join("-") == "a-b" && " x ".trim() == "x"',
    '"tacocat".substring(2, 5) == "coc" && "abca".lastIndexOf("a") == 3 && "AbC".lowerAscii() == "abc"',
    '"%s %d %.2f %x".format(["a", 5, 1.5, 255]) == "a 5 1.50 ff"',
    '"v1.2".find("[0-9]+") == "1" && "1 22 3".findAll("[0-9]+", 2) == ["1", "22"]',
    'quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("500m").add(quantity("0.5")) == quantity("1")',
    'semver("1.2.3").isLessThan(semver("1.3.0-a")) && semver("1.2.3").major() == 1',
    'ip("10.0.0.1").family() == 4 && cidr("10.0.0.0/8").containsIP("10.1.1.1") && isCIDR("::/0") && !isIP("x")',
    'url("https://a.b:80/c?d=e").getHost() == "a.b:80" && url("https://a.b/c").getEscapedPath() == "/c"',
    'format.dns1123Label().validate("Bad_").hasValue() && !format.named("uuid").value().validate("123e4567-e89b-12d3-a456-426614174000").hasValue()',
    'timestamp("2024-01-31T00:00:00Z") + duration("24h") == timestamp("2024-02-01T00:00:00Z")',
    'timestamp("2024-03-01T10:00:00Z").getHours("America/New_York") == 5 && duration("90m").getHours() == 1',
    'timestamp("2024-01-02T00:00:00Z") - timestamp("2024-01-01T00:00:00Z") > duration("23h59m")',
    '1 < 1.5 && 2u > 1 && dyn(1) == dyn(1.0) && int("7") == 7 && string(1.5) == "1.5" && double(3) == 3.0',
    'type(1) == int && type("a") == string && type(self.l) == list',
    'b"\\xff".size() == 1 && r"\\d" == "\\\\d" && "\\u00e9".size() == 1 && \'\'\'a"b\'\'\' == "a\\"b"',
    '{"a": [1], "b": [1, 2]}.b[1] == 2 && [1, 2, 3][2] == 3',
    '["x", "y"].distinct().size() == 2 && [[1], [2]].flatten() == [1, 2] && lists.range(3) == [0, 1, 2] && [3, 1].sort() == [1, 3]',
    '-self.n == -5 && !!true && (1 + 2) * 3 == 9 && 7 / 2 == 3 && -7 / 2 == -3',
    '"abc".matches("^a.c$") && "é".upperAscii() == "é"',
  ];
  for (const source of holds) it(source, () => assert.equal(evaluate(source), true));
});

describe('faults of evaluation', () => {
  const faults: readonly (readonly [string, unknown, string])[] = [
    ['x.a.b == 1', new Map([['a', new Map()]]), 'no such key: b'],
    ['x.a.b == 1', null, 'no such key: a'],
    ['x[3] == 1', [1n], 'index out of bounds: 3'],
    ['x + 1 > 3', 'a', 'no such overload'],
    ['1 / x == 1', 0n, 'division by zero'],
    ['1 % x == 1', 0n, 'modulus by zero'],
    ['x * 4 == 1', 2n ** 62n, 'integer overflow'],
    ['[].min() == 1', null, 'min called on empty list'],
    ['optional.none().value() == 1', null, 'optional.none() dereference'],
    ['x.all(i, i.size() > 0)', ['a', 1n], 'no such overload'],
  ];
  for (const [source, x, message] of faults) it(`${source}: ${message}`, () => assert.throws(() => evaluate(source, x), { message }));
  it('of one side do not matter when the other decides', () => {
    assert.equal(evaluate('x.all(i, i.size() > 0)', [1n, '']), false);
    assert.equal(evaluate('x.exists(i, i.size() > 0)', [1n, 'a']), true);
  });
});

describe('what does not compile', () => {
  const faults: readonly (readonly [string, string, number])[] = [
    ['self.c == 1', "undefined field 'c'", 5],
    ['self.a == 1', "found no matching overload for '_==_' applied to '(string, int)'", 8],
    ['self.a.b', "type 'string' does not support field selection", 7],
    ['self.l[0] + 1 == "a"', "found no matching overload for '_+_' applied to '(string, int)'", 11],
    ['nope(self.a)', "undeclared reference to 'nope' (in container '')", 5],
    ['self.a.startsWith(1)', "found no matching overload for 'startsWith' applied to 'string.(int)'", 18],
    ['self.l.all(i, i > 1)', "found no matching overload for '_>_' applied to '(string, int)'", 17],
    ['self.a.all(i, true)', "expression of type 'string' cannot be range of a comprehension (must be list, map, or dynamic)", 5],
    ['[1, "a"].size() > 0', "expected type 'int' but found 'string'", 5],
    ['self.a && true', "expected type 'bool' but found 'string'", 5],
    ['has(self)', 'invalid argument to has() macro', 5],
    ['[1].all(1, true)', 'argument must be a simple name', 9],
    ['self.a.matches("[")', 'invalid matches argument', 16],
    ['self.a == "x" @', "Syntax error: token recognition error at: '@'", 15],
    ['(self.n', "Syntax error: missing ')' at '<EOF>'", 8],
  ];
  for (const [source, message, column] of faults) {
    it(source, () => {
      const dots = '.'.repeat(column - 1);
      assert.throws(() => compileCel(source, environment), {
        message: `ERROR: <input>:1:${column}: ${message}\n | ${source}\n | ${dots}^`,
      });
    });
  }
});
