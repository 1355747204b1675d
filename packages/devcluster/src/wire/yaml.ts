import type { JsonValue } from '@caretaker/kube';
import { type Document, isScalar, parseAllDocuments, type ScalarTag, type Tags, visit } from 'yaml';
import type { SpelledNumbers } from './spelled-numbers.ts';
import { mostTelling, yamlWords } from './yaml-words.ts';

/** The text is no YAML. The message is Go's, as far as it can be said. */
export class YamlProblem extends Error {
  readonly code = 'YAML';
  readonly retryable = false;
  readonly hint = 'check the indentation at the line named';
}

/** The words of YAML 1.1 that Go's parser still reads as booleans. */
const TRUE_WORDS = /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE)$/;
const FALSE_WORDS = /^(?:n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/;

const bool: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  identify: (value) => typeof value === 'boolean',
  test: new RegExp(`${TRUE_WORDS.source}|${FALSE_WORDS.source}`),
  resolve: (text) => TRUE_WORDS.test(text),
};

/** Whole numbers as Go writes them: `0755` is octal, `0b11` binary, and `_` may stand between digits. */
const whole: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  identify: () => false,
  test: /^[-+]?(?:0[bB]_*[01][01_]*|0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*|0[oO]?_*[0-7][0-7_]*|[1-9][0-9_]*)$/,
  resolve: (text, _onError, { intAsBigInt }) => {
    const digits = text.replace(/^[-+]/, '').replaceAll('_', '').toLowerCase();
    const size = BigInt(digits.replace(/^0(?=[0-7])/, '0o'));
    const value = text.startsWith('-') ? -size : size;
    return intAsBigInt ? value : Number(value);
  },
};

/** `1_000.5` */
const groupedFloat: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: () => false,
  test: /^(?=.*_)[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?_*[0-9][0-9_]*)?$/,
  resolve: (text) => Number(text.replaceAll('_', '')),
};

/** Bytes are texts to JSON. */
const binary: ScalarTag = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text) => Buffer.from(text, 'base64').toString('utf8'),
};

/** The first document of a YAML text; undefined when there is none. */
function firstDocument(text: string, intAsBigInt = false): Document.Parsed | undefined {
  const customTags = (tags: Tags): Tags => [bool, whole, groupedFloat, binary, ...tags];
  const documents = parseAllDocuments(text, { uniqueKeys: false, merge: true, intAsBigInt, customTags });
  return Array.isArray(documents) ? documents[0] : undefined;
}

/** The first document of a YAML text; null when there is none. Of a key that stands twice the last wins. Throws YamlProblem. */
export function parseFirstYaml(text: string): JsonValue {
  const first = firstDocument(text);
  // a tab where something may begin is nothing to this parser
  if ((first?.contents ?? null) === null && /^[ \n]*\t/.test(text))
    throw new YamlProblem('yaml: found character that cannot start any token');
  if (first === undefined) return null;
  const problem = mostTelling(first.errors);
  if (problem !== undefined) throw new YamlProblem(yamlWords(problem, text), { cause: problem });
  const { explicit, version } = first.directives.yaml;
  if (explicit === true && version !== '1.1') throw new YamlProblem('yaml: found incompatible YAML document');
  try {
    return first.toJS({ maxAliasCount: 100 }) as JsonValue;
  } catch (error) {
    const anchor = /alias\): (\S+)/.exec(String(error))?.[1];
    if (anchor === undefined) throw error;
    throw new YamlProblem(`yaml: unknown anchor '${anchor}' referenced`, { cause: error });
  }
}

/** Whole numbers of many digits as Go's YAML hands them to JSON, by their path. */
export function longNumbers(text: string): SpelledNumbers | undefined {
  if (!/\d{16}/.test(text)) return undefined;
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'bigint') {
      if (value > MOST_EXACT || value < -MOST_EXACT) found.set(path, goNumber(value));
    } else if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, `${path}[${index}]`);
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) walk(member, path === '' ? key : `${path}.${key}`);
  };
  walk(firstDocument(text, true)?.toJS({ maxAliasCount: 100 }), '');
  return found.size === 0 ? undefined : found;
}

/** What no 64 bits hold has become a double. */
const goNumber = (value: bigint): string => (value >= -(2n ** 63n) && value < 2n ** 64n ? value.toString() : JSON.stringify(Number(value)));

const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** Keys that stand twice in one map of the first document, as Go's strict parser reports them (`line 3: key "a" already set in map`). */
export function repeatedYamlKeys(text: string): string[] {
  const found: string[] = [];
  visit(firstDocument(text) ?? null, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const line = text.slice(0, key.range?.[0] ?? 0).split('\n').length;
          found.push(`line ${line}: key ${JSON.stringify(key.value)} already set in map`);
        }
        seen.add(key.value);
      }
    },
  });
  return found;
}
