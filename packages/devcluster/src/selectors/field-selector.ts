import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { fieldsOf } from './selectable-fields.ts';

export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
  readonly read: (object: KubeObject) => string;
}

export type FieldSelector = readonly FieldRequirement[];

/** The text is no field selector of this kind. The message is the server's, to be answered with 400. */
export class FieldSelectorError extends Error {
  readonly code = 'FIELD_SELECTOR';
  readonly retryable = false;
  readonly hint = 'field selectors know few fields of each kind';
  constructor(message: string) {
    super(message);
    this.name = 'FieldSelectorError';
  }
}

export function matchesFields(selector: FieldSelector, object: KubeObject): boolean {
  return selector.every((requirement) => (requirement.read(object) === requirement.value) === requirement.equal);
}

/** Parses `a=b,c!=d` with backslash escapes, and resolves each field for the kind. Throws FieldSelectorError. */
export function parseFieldSelector(text: string, type: TypeInfo): FieldSelector {
  if (text === '') return [];
  const fields = fieldsOf(type);
  const terms = splitTerms(text)
    .sort()
    .filter((term) => term !== '');
  const requirements = terms.map((term) => {
    const parsed = /^(.*?)(!=|==|=)([\s\S]*)$/.exec(term);
    if (parsed === null) throw new FieldSelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = '', operator, value = ''] = parsed;
    return { field, equal: operator !== '!=', value: unescapeValue(value) };
  });
  return requirements.map((requirement) => {
    const read = fields.read(requirement.field);
    if (read === undefined) throw new FieldSelectorError(fields.refusal(requirement.field));
    return { ...requirement, read };
  });
}

/** The value that a selector demands of a field with `=`, or undefined. */
export function requiredValue(selector: FieldSelector, field: string): string | undefined {
  return selector.find((requirement) => requirement.equal && requirement.field === field)?.value;
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let term = '';
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '\\' && index + 1 < text.length) {
      term += char + text.charAt(index + 1);
      index += 1;
    } else if (char === ',') {
      terms.push(term);
      term = '';
    } else term += char;
  }
  terms.push(term);
  return terms;
}

function unescapeValue(value: string): string {
  return value.replace(/\\([\s\S]?)|[,=]/g, (found, escaped: string | undefined) => {
    if (escaped === undefined) throw new FieldSelectorError(`invalid field selector: unescaped character in value: ${found.charCodeAt(0)}`);
    if (escaped !== '\\' && escaped !== ',' && escaped !== '=')
      throw new FieldSelectorError(`invalid field selector: invalid escape sequence: ${found}`);
    return escaped;
  });
}
