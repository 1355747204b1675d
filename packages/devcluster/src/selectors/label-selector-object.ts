import type { LabelRequirement, LabelSelector } from './label-selector.ts';

const OPERATORS: Readonly<Record<string, LabelRequirement['operator']>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };

/** A meta/v1 LabelSelector as requirements. An absent selector matches nothing (`undefined`), an empty one everything. */
export function labelSelectorOf(selector: unknown): LabelSelector | undefined {
  if (selector === undefined || selector === null || typeof selector !== 'object') return undefined;
  const out: LabelRequirement[] = [];
  if ('matchLabels' in selector && typeof selector.matchLabels === 'object' && selector.matchLabels !== null) {
    for (const [key, value] of Object.entries(selector.matchLabels)) out.push({ key, operator: 'in', values: [String(value)] });
  }
  if ('matchExpressions' in selector && Array.isArray(selector.matchExpressions)) {
    for (const expression of selector.matchExpressions) {
      const requirement = requirementOf(expression);
      if (requirement !== undefined) out.push(requirement);
    }
  }
  return out;
}

function requirementOf(expression: unknown): LabelRequirement | undefined {
  if (expression === null || typeof expression !== 'object' || !('key' in expression) || !('operator' in expression)) return undefined;
  const operator = OPERATORS[String(expression.operator)];
  if (operator === undefined) return undefined;
  const values = 'values' in expression && Array.isArray(expression.values) ? expression.values.map(String) : [];
  return { key: String(expression.key), operator, values };
}
