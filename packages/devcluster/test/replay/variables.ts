import { isRecord } from './json-paths.ts';

export type Variables = Record<string, unknown>;

/** Puts the values of `${name}` in, in keys and values. */
export function substitute(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return substituteText(value, variables);
  if (Array.isArray(value)) return value.map((each) => substitute(each, variables));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [String(substituteText(key, variables)), substitute(each, variables)]),
  );
}

function substituteText(text: string, variables: Variables): unknown {
  const look = (name: string): unknown => {
    if (variables[name] === undefined) throw new Error(`no value for \${${name}}`);
    return variables[name];
  };
  const whole = /^\$\{([A-Za-z]\w*)\}$/.exec(text)?.[1];
  if (whole !== undefined) return look(whole);
  return text.replace(/\$\{([A-Za-z]\w*)\}/g, (_, name) => String(look(String(name))));
}
