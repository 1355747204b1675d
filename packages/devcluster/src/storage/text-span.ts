/** From where to where a part of a text reaches. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const OPEN = '"template":{';
const SPEC = '"spec":{';

/** The value of `spec` in the first pod template of an object's JSON; undefined when there is none. */
export function templateSpan(json: string): Span | undefined {
  const template = json.indexOf(OPEN);
  const spec = template < 0 ? -1 : json.indexOf(SPEC, template + OPEN.length);
  if (spec < 0) return undefined;
  const from = spec + SPEC.length - 1;
  return { from, to: endOf(json, from) };
}

const [QUOTE, BACKSLASH, BRACE, CLOSED] = [0x22, 0x5c, 0x7b, 0x7d];

/** Behind the brace that closes the one at `from`. */
function endOf(json: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (code === BRACE) depth += 1;
    else if (code === CLOSED) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return json.length;
}
