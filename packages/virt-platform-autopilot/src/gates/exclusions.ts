import type { KubeObject } from '@caretaker/kube';
import { parse } from 'yaml';
import { messageOf } from '../errors.ts';
import { isRecord } from '../json.ts';
import { hyperConvergedAnnotations } from '../names.ts';
import { compileGlob } from './glob.ts';

/** One rule of the root exclusion: objects that the autopilot does not touch. */
export interface ExclusionRule {
  /** Exact, case matters. */
  kind: string;
  /** Shell pattern. */
  name: string;
  /** Shell pattern; left out = any namespace, cluster-scoped objects included. */
  namespace?: string | undefined;
}

export interface Exclusions {
  rules: readonly ExclusionRule[];
  /** What is wrong with the annotation; then there are no rules at all, so that a typing error switches nothing off silently. */
  fault?: string | undefined;
}

export function readExclusions(hco: KubeObject): Exclusions {
  const text = hco.metadata.annotations?.[hyperConvergedAnnotations.disabledResources];
  if (text === undefined || text.trim() === '') return { rules: [] };
  let value: unknown;
  try {
    // maxAliasCount guards against a text that multiplies itself.
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    return { rules: [], fault: `not YAML: ${messageOf(error)}` };
  }
  if (value === null) return { rules: [] };
  if (!Array.isArray(value)) return { rules: [], fault: 'must be a YAML list of {kind, name, namespace}' };
  const rules: ExclusionRule[] = [];
  for (const [index, entry] of value.entries()) {
    const kind = isRecord(entry) ? entry['kind'] : undefined;
    const name = isRecord(entry) ? entry['name'] : undefined;
    const namespace = isRecord(entry) ? entry['namespace'] : undefined;
    if (typeof kind !== 'string' || kind === '') return { rules: [], fault: `rule ${index + 1} has no kind` };
    if (typeof name !== 'string' || name === '') return { rules: [], fault: `rule ${index + 1} has no name` };
    if (namespace !== undefined && typeof namespace !== 'string')
      return { rules: [], fault: `rule ${index + 1}: namespace must be a text` };
    rules.push({ kind, name, ...(namespace === undefined || namespace === '' ? {} : { namespace }) });
  }
  return { rules };
}

/** The first rule that names this object. A rule with a malformed pattern names nothing. */
export function excludingRule(rules: readonly ExclusionRule[], object: KubeObject): ExclusionRule | undefined {
  return rules.find((rule) => {
    if (rule.kind !== object.kind) return false;
    const name = compileGlob(rule.name);
    if (!name?.(object.metadata.name ?? '')) return false;
    return rule.namespace === undefined || (compileGlob(rule.namespace)?.(object.metadata.namespace ?? '') ?? false);
  });
}
