/** One step of a JSONPath: a member, an index, a slice, all, or a filter on members. */
type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly start: number | undefined; readonly end: number | undefined; readonly step: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly path: readonly string[]; readonly operator: string; readonly value: string | number | boolean };

const STEP =
  /\.((?:\\.|[^.[\]\\])+)|\[\s*(-?\d+)\s*\]|\[\s*((?:-?\d+)?:(?:-?\d+)?(?::\d*)?)\s*\]|\[\s*\*\s*\]|\.\*|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[\?\(\s*@((?:\.[^\s=!<>()]+)+)\s*(==|!=|<=|>=|<|>)\s*([^)]+?)\s*\)\]/y;

const unescaped = (name: string): string => name.replace(/\\(.)/g, '$1');

/** Parses the simple JSONPaths that printer columns use. Undefined when the text is none. */
export function parseJsonPath(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  const text = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const match = STEP.exec(text);
    if (match === null) return undefined;
    const [whole, member, index, slice, single, double, filterPath, operator, value] = match;
    if (filterPath !== undefined)
      steps.push({
        kind: 'filter',
        path: (filterPath.match(/(?:\\.|[^.\\])+/g) ?? []).map(unescaped),
        operator: operator ?? '==',
        value: literal(value ?? ''),
      });
    else if (whole === '.*' || whole.replace(/\s/g, '') === '[*]') steps.push({ kind: 'all' });
    else if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else if (slice !== undefined) steps.push(sliceOf(slice));
    else {
      // a quoted name is read as a path again, so its dots need escapes
      const names = member === undefined ? ((single ?? double ?? '').match(/(?:\\.|[^.\\])+/g) ?? ['']) : [member];
      for (const name of names) steps.push({ kind: 'member', name: unescaped(name) });
    }
  }
  return steps;
}

function sliceOf(text: string): Step {
  const [start, end, step] = text.split(':').map((part) => (part === '' ? undefined : Number(part)));
  return { kind: 'slice', start, end, step: step ?? 1 };
}

function literal(text: string): string | number | boolean {
  if (/^(['"]).*\1$/.test(text)) return text.slice(1, -1);
  if (text === 'true' || text === 'false') return text === 'true';
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/** Every value that the path leads to. */
export function findJsonPath(steps: readonly Step[], root: unknown): unknown[] {
  let values: unknown[] = [root];
  for (const step of steps) values = values.flatMap((value) => stepInto(step, value));
  return values;
}

function stepInto(step: Step, value: unknown): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  switch (step.kind) {
    case 'member': {
      const found: unknown = Array.isArray(value) ? undefined : Reflect.get(value, step.name);
      return found === undefined ? [] : [found];
    }
    case 'index': {
      const found: unknown = Array.isArray(value) ? value.at(step.index) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'slice':
      return Array.isArray(value) ? value.slice(step.start, step.end).filter((_, i) => step.step > 0 && i % step.step === 0) : [];
    case 'all':
      return Object.values(value);
    default:
      return (Array.isArray(value) ? value : Object.values(value)).filter((each) => matches(step, each));
  }
}

function matches(step: Step & { kind: 'filter' }, value: unknown): boolean {
  let found: unknown = value;
  for (const part of step.path) {
    if (found === null || typeof found !== 'object') return false;
    found = Reflect.get(found, part);
  }
  if (found === undefined) return false;
  switch (step.operator) {
    case '==':
      return found === step.value || String(found) === String(step.value);
    case '!=':
      return String(found) !== String(step.value);
    default:
      return compare(step.operator, Number(found), Number(step.value));
  }
}

function compare(operator: string, left: number, right: number): boolean {
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  return operator === '<=' ? left <= right : left >= right;
}
