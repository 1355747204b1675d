import type { JsonValue } from '@caretaker/kube';
import { parseAllDocuments } from 'yaml';

/** The text is no YAML. The message is Go's, as far as it can be said. */
export class YamlProblem extends Error {
  readonly code = 'YAML';
  readonly retryable = false;
  readonly hint = 'check the indentation at the line named';
}

/** The first document of a YAML text; null when there is none. Of a key that stands twice the last wins. Throws YamlProblem. */
export function parseFirstYaml(text: string): JsonValue {
  const documents = parseAllDocuments(text, { uniqueKeys: false });
  const [first] = Array.isArray(documents) ? documents : [];
  if (first === undefined) return null;
  const [problem] = first.errors;
  if (problem !== undefined)
    throw new YamlProblem(`yaml: line ${problem.linePos?.[0].line ?? 1}: did not find expected node content`, { cause: problem });
  return first.toJS({ maxAliasCount: 100 }) as JsonValue;
}
