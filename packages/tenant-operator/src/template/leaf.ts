/** A manifest whose string leaves are templates: compiled once, rendered for every tenant. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../api/schema.ts';
import { toJson } from '../json/to-json.ts';
import { type TextLanguage, type TextProblem, type TextTemplate, textProblem } from './text.ts';

/** A text that could not be compiled or rendered: where in the resource, on which line of that text, why. */
export interface LeafProblem extends TextProblem {
  /** `spec.template.spec.containers[0].image`, `nameTemplate`, `labelsTemplate[plan]`. */
  path: string;
}

/** Rendering a leaf failed. */
export class LeafError extends Error {
  readonly problem: LeafProblem;
  constructor(path: string, cause: unknown) {
    const problem = { path, ...textProblem(cause) };
    super(`${path}: ${problem.reason}`, { cause });
    this.name = 'LeafError';
    this.problem = problem;
  }
}

type Variables = Readonly<Record<string, string>>;

export type Node =
  | { type: 'literal'; value: JsonValue }
  | { type: 'text'; path: string; template: TextTemplate; stringOnly: boolean }
  | { type: 'map'; entries: readonly (readonly [string, Node])[] }
  | { type: 'list'; items: readonly Node[] };

/** Maps whose values are text by the API, whatever `int` makes of them. */
const textMaps = new Set(['annotations', 'labels', 'matchLabels', 'nodeSelector', 'data', 'binaryData', 'stringData']);

interface Place {
  path: string;
  /** Names from the root, list positions left out. */
  names: readonly string[];
}

/** Whether the API takes nothing but text there: apiVersion, kind, names, label values, config data, arguments, values of env. */
function isTextOnly({ names }: Place): boolean {
  const last = names.at(-1) ?? '';
  const parent = names.at(-2) ?? '';
  if (names.length === 1) return last === 'apiVersion' || last === 'kind';
  if (textMaps.has(parent) && (names.length === 2 || !['data', 'binaryData', 'stringData'].includes(parent))) return true;
  return last === 'args' || last === 'command' || (parent === 'env' && last === 'value') || (parent === 'metadata' && names.length === 2);
}

const freeze = (value: JsonValue): JsonValue => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) freeze(member);
  }
  return value;
};

function compileText(text: string, place: Place, language: TextLanguage, problems: LeafProblem[]): Node {
  if (!text.includes('{{')) return { type: 'literal', value: text };
  try {
    return { type: 'text', path: place.path, template: language.compile(text, place.path), stringOnly: isTextOnly(place) };
  } catch (error) {
    problems.push({ path: place.path, ...textProblem(error) });
    return { type: 'literal', value: text };
  }
}

/** Compiles a value; a part without any template becomes one frozen literal that all tenants share. */
export function compileNode(value: unknown, place: Place, language: TextLanguage, problems: LeafProblem[]): Node {
  if (typeof value === 'string') return compileText(value, place, language, problems);
  if (Array.isArray(value)) {
    const items = value.map((item, index) =>
      compileNode(item, { path: `${place.path}[${index}]`, names: place.names }, language, problems),
    );
    return items.every((item) => item.type === 'literal') ? { type: 'literal', value: freeze(toJson(value)) } : { type: 'list', items };
  }
  if (!isMap(value)) return { type: 'literal', value: toJson(value ?? null) };
  const entries = Object.entries(value).map(([name, member]) => {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    return [name, compileNode(member, { path, names: [...place.names, name] }, language, problems)] as const;
  });
  return entries.every(([, node]) => node.type === 'literal')
    ? { type: 'literal', value: freeze(toJson(value)) }
    : { type: 'map', entries };
}

/** Renders a text leaf as text. @throws LeafError */
export function renderText(node: Node, variables: Variables): string {
  if (node.type === 'literal') return String(node.value ?? '');
  if (node.type !== 'text') return '';
  try {
    return node.template.render(variables);
  } catch (error) {
    throw new LeafError(node.path, error);
  }
}

/** Renders a node. Literal parts are shared and frozen: callers copy before they change anything. @throws LeafError */
export function renderNode(node: Node, variables: Variables, language: TextLanguage): JsonValue {
  switch (node.type) {
    case 'literal':
      return node.value;
    case 'text':
      return node.template.typed ? language.typed(renderText(node, variables), node.stringOnly) : renderText(node, variables);
    case 'list':
      return node.items.map((item) => renderNode(item, variables, language));
    case 'map': {
      const out: JsonObject = {};
      for (const [name, member] of node.entries) out[name] = renderNode(member, variables, language);
      return out;
    }
  }
}

/** The templates in a node. */
export function* textsOf(node: Node): Iterable<{ path: string; template: TextTemplate }> {
  if (node.type === 'text') yield { path: node.path, template: node.template };
  else if (node.type === 'list') for (const item of node.items) yield* textsOf(item);
  else if (node.type === 'map') for (const [, member] of node.entries) yield* textsOf(member);
}
