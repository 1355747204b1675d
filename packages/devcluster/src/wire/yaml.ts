import type { JsonValue } from '@caretaker/kube';
import { parseAllDocuments, type ScalarTag } from 'yaml';

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

/** The first document of a YAML text; null when there is none. Of a key that stands twice the last wins. Throws YamlProblem. */
export function parseFirstYaml(text: string): JsonValue {
  const documents = parseAllDocuments(text, { uniqueKeys: false, merge: true, customTags: (tags) => [bool, octal, ...tags] });
  const [first] = Array.isArray(documents) ? documents : [];
  if (first === undefined) return null;
  const [problem] = first.errors;
  if (problem !== undefined)
    throw new YamlProblem(`yaml: line ${problem.linePos?.[0].line ?? 1}: did not find expected node content`, { cause: problem });
  return first.toJS({ maxAliasCount: 100 }) as JsonValue;
}
