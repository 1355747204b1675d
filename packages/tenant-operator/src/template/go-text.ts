/** Go's text/template as the operator's text language: one mode of missing keys, one set of functions, bounded. */
import { compile } from 'gotemplate';
import { tenantTyped, typedResult } from 'gotemplate/sets/tenant';
import type { TextLanguage } from './text.ts';

/** A rendered text ends up in one object, which etcd takes up to 1.5 MiB of. */
const limits = { outputBytes: 1_500_000, iterations: 100_000, milliseconds: 1_000 };

/** `int`, `float` and `bool` type a whole value; only a template that calls one of them can give a typed value, so data never can. */
const typing = /\b(int|float|bool)\b/;
const marks = /__[A-Z]+_TYPE_(?:INT|FLOAT|BOOL)__/g;

export const goText: TextLanguage = {
  compile(source, name) {
    const template = compile(source, { name, missingkey: 'handled', functions: tenantTyped, limits });
    const variables = template.variables();
    if (!typing.test(source)) return { render: (data) => template.render(data), variables: () => variables, typed: false };
    return { render: (data) => template.render(data), variables: () => variables, typed: true };
  },
  typed(text, stringOnly) {
    const value = typedResult(text);
    // JSON has no number that could hold a larger integer exactly: it stays text.
    if (typeof value === 'bigint') return stringOnly || !Number.isSafeInteger(Number(value)) ? String(value) : Number(value);
    if (typeof value !== 'string') return stringOnly ? String(value) : value;
    return value.replace(marks, '');
  },
};
