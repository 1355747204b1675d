/** A piece of a replacement: text, or a group by number or name. */
export type TemplatePart = string | { readonly group: number | string };

const NAME = /^[\p{L}\p{Nd}_]+/u;

/** Reads what follows a dollar sign: `name` or `{name}`; undefined when it is no reference. */
function reference(text: string): { readonly name: string; readonly length: number } | undefined {
  const brace = text.startsWith('{');
  const name = NAME.exec(brace ? text.slice(1) : text)?.[0];
  if (name === undefined) return undefined;
  if (!brace) return { name, length: name.length };
  return text[name.length + 1] === '}' ? { name, length: name.length + 2 } : undefined;
}

/** Reads a replacement as regexp.Expand does: the longest name counts, so $1x is the group named 1x. */
export function parseTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let rest = template;
  for (;;) {
    const at = rest.indexOf('$');
    if (at < 0) break;
    if (at > 0) parts.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
    if (rest.startsWith('$')) {
      parts.push('$');
      rest = rest.slice(1);
      continue;
    }
    const found = reference(rest);
    if (found === undefined) {
      // Malformed; the dollar sign is text.
      parts.push('$');
      continue;
    }
    const { name, length } = found;
    const number = /^[0-9]+$/.test(name) && !(name.length > 1 && name.startsWith('0')) && name.length <= 8;
    parts.push({ group: number ? Number(name) : name });
    rest = rest.slice(length);
  }
  if (rest !== '') parts.push(rest);
  return parts;
}
