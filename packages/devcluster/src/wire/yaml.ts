import type { JsonValue } from '@caretaker/kube';
import { type Document, isScalar, parseAllDocuments, type ScalarTag, visit } from 'yaml';
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

/** `0755` is octal. */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  identify: () => false,
  format: 'OCT',
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** Bytes are texts to JSON. */
const binary: ScalarTag = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text) => Buffer.from(text, 'base64').toString('utf8'),
};

/** The first document of a YAML text; undefined when there is none. */
function firstDocument(text: string): Document.Parsed | undefined {
  const documents = parseAllDocuments(text, { uniqueKeys: false, merge: true, customTags: (tags) => [bool, octal, binary, ...tags] });
  return Array.isArray(documents) ? documents[0] : undefined;
}

/** The first document of a YAML text; null when there is none. Of a key that stands twice the last wins. Throws YamlProblem. */
export function parseFirstYaml(text: string): JsonValue {
  const first = firstDocument(text);
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
