import { type SelectorToken, scanSelector } from './label-scanner.ts';
import { labelKeyProblem, labelValueProblem } from './label-syntax.ts';

export type LabelOperator = 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One term; all terms of a selector must hold. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

export type LabelSelector = readonly LabelRequirement[];

/** The text is no selector. The message is the server's, to be answered with 400. */
export class SelectorSyntaxError extends Error {
  readonly code = 'SELECTOR_SYNTAX';
  readonly retryable = false;
  readonly hint = 'see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors';
  constructor(message: string) {
    super(message);
    this.name = 'SelectorSyntaxError';
  }
}

/** Does a set of labels satisfy every requirement? `!=` and `notin` also match objects without the key. */
export function matchesLabels(selector: LabelSelector, labels: Readonly<Record<string, string>> | undefined): boolean {
  return selector.every((requirement) => matchesRequirement(requirement, labels?.[requirement.key]));
}

function matchesRequirement({ operator, values }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    default: {
      if (value === undefined || !/^-?\d+$/.test(value)) return false;
      const bound = Number(values[0]);
      return operator === 'gt' ? Number(value) > bound : Number(value) < bound;
    }
  }
}

/** Parses the text form with the grammar (and the refusals) of k8s.io/apimachinery/pkg/labels. Throws SelectorSyntaxError. */
export function parseLabelSelector(text: string): LabelSelector {
  if (text === '') return [];
  return new Parser(scanSelector(text)).parse();
}

const BINARY_OPERATORS = 'in, notin, =, ==, !=, gt, lt';

class Parser {
  readonly #tokens: readonly SelectorToken[];
  #position = 0;

  constructor(tokens: readonly SelectorToken[]) {
    this.#tokens = tokens;
  }

  parse(): LabelSelector {
    const requirements: LabelRequirement[] = [];
    for (;;) {
      const next = this.#peek();
      if (next.type === 'end') return sorted(requirements);
      if (next.type !== 'identifier' && next.type !== '!') {
        throw new SelectorSyntaxError(`found '${next.text}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.#requirement());
      const after = this.#take();
      if (after.type === 'end') return sorted(requirements);
      if (after.type !== ',') throw new SelectorSyntaxError(`found '${after.text}', expected: ',' or 'end of string'`);
      const following = this.#peek();
      if (following.type !== 'identifier' && following.type !== '!') {
        throw new SelectorSyntaxError(`found '${following.text}', expected: identifier after ','`);
      }
    }
  }

  /** `in` and `notin` are identifiers wherever no operator is expected. */
  #peek(): SelectorToken {
    return asValue(this.#at(this.#position));
  }

  #take(): SelectorToken {
    this.#position += 1;
    return asValue(this.#at(this.#position - 1));
  }

  #at(position: number): SelectorToken {
    return this.#tokens[Math.min(position, this.#tokens.length - 1)] ?? { type: 'end', text: '' };
  }

  #requirement(): LabelRequirement {
    let token = this.#take();
    const absent = token.type === '!';
    if (absent) token = this.#take();
    if (token.type !== 'identifier') throw requirementError(`found '${token.text}', expected: identifier`);
    const key = token.text;
    const problem = labelKeyProblem(key);
    if (problem !== undefined) throw requirementError(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problem}`);
    const next = this.#peek();
    if (absent) return { key, operator: '!', values: [] };
    if (next.type === 'end' || next.type === ',') return { key, operator: 'exists', values: [] };
    return this.#comparison(key);
  }

  #comparison(key: string): LabelRequirement {
    this.#position += 1;
    const token = this.#at(this.#position - 1);
    switch (token.type) {
      case 'in':
      case 'notin':
        return checked(key, token.type, this.#values());
      case '=':
      case '==':
        return checked(key, 'in', this.#exactValue());
      case '!=':
        return checked(key, 'notin', this.#exactValue());
      case '>':
        return checked(key, 'gt', this.#exactValue());
      case '<':
        return checked(key, 'lt', this.#exactValue());
      default:
        throw requirementError(`found '${token.text}', expected: ${BINARY_OPERATORS}`);
    }
  }

  #exactValue(): string[] {
    const next = this.#peek();
    if (next.type === 'end' || next.type === ',') return [''];
    const token = this.#take();
    if (token.type === 'identifier') return [token.text];
    throw requirementError(`found '${token.text}', expected: identifier`);
  }

  #values(): string[] {
    const open = this.#take();
    if (open.type !== '(') throw requirementError(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.type === ')') {
      this.#take();
      return [''];
    }
    if (first.type !== 'identifier' && first.type !== ',')
      throw requirementError(`found '${first.text}', expected: ',', ')' or identifier`);
    const values = this.#identifiers();
    if (this.#take().type !== ')') throw requirementError(`found '${first.text}', expected: ')'`);
    return values;
  }

  /** `(a,b)`, where an empty place between commas is the empty value. */
  #identifiers(): string[] {
    const values = new Set<string>();
    for (;;) {
      const token = this.#take();
      if (token.type === 'identifier') {
        values.add(token.text);
        const next = this.#peek();
        if (next.type === ',') continue;
        if (next.type === ')') return [...values];
        throw requirementError(`found '${next.text}', expected: ',' or ')'`);
      }
      if (token.type !== ',') throw requirementError(`found '${token.text}', expected: ',', or identifier`);
      if (values.size === 0) values.add('');
      const next = this.#peek();
      if (next.type === ')') {
        values.add('');
        return [...values];
      }
      if (next.type === ',') {
        this.#take();
        values.add('');
      }
    }
  }
}

function asValue(token: SelectorToken): SelectorToken {
  return token.type === 'in' || token.type === 'notin' ? { type: 'identifier', text: token.text } : token;
}

function checked(key: string, operator: LabelOperator, values: readonly string[]): LabelRequirement {
  const ordered = [...values].sort();
  for (const [index, value] of ordered.entries()) {
    if ((operator === 'gt' || operator === 'lt') && !/^[+-]?\d+$/.test(value)) {
      throw requirementError(
        `values[${index}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
    const problem = labelValueProblem(value);
    if (problem !== undefined) throw requirementError(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}`);
  }
  return { key, operator, values: ordered };
}

function requirementError(why: string): SelectorSyntaxError {
  return new SelectorSyntaxError(`unable to parse requirement: ${why}`);
}

function sorted(requirements: LabelRequirement[]): LabelSelector {
  return requirements.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
}
