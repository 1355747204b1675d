/** How go-yaml v2's emitter decides on the style of a scalar. Texts are well-formed; columns count characters. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

/** What a text's characters allow (yaml_emitter_analyze_scalar). */
export interface ScalarAnalysis {
  readonly multiline: boolean;
  readonly blockPlainAllowed: boolean;
  readonly singleQuotedAllowed: boolean;
  readonly blockAllowed: boolean;
}

export function isBreak(c: string | undefined): boolean {
  return c === '\n' || c === '\r' || c === '\x85' || c === '\u2028' || c === '\u2029';
}

export function isBlank(c: string | undefined): boolean {
  return c === ' ' || c === '\t';
}

/** Characters that may stand unescaped. Those beyond the BMP may not. */
export function isPrintable(c: string): boolean {
  const code = c.codePointAt(0) ?? 0;
  if (code < 0x80) return code === 10 || (code >= 0x20 && code <= 0x7e);
  return code >= 0xa0 && code <= 0xffff && code !== 0xfeff && code < 0xfffe;
}

const FIRST = ['#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', "'", '"', '%', '@', '`'];

/** Whether a character at this place would be read as part of YAML's syntax in a block. */
function isIndicator(chars: readonly string[], i: number): boolean {
  const c = chars[i] ?? '';
  const next = chars[i + 1];
  const blankFollows = next === undefined || isBlank(next);
  if (i === 0 && FIRST.includes(c)) return true;
  if (c === ':' || (i === 0 && (c === '?' || c === '-'))) return blankFollows;
  const previous = chars[i - 1];
  return i > 0 && c === '#' && (isBlank(previous) || isBreak(previous) || previous === '\0');
}

/** Nothing in it means anything to YAML. */
const HARMLESS = /^[A-Za-z0-9][A-Za-z0-9_./-]*$/;
const EVERYTHING: ScalarAnalysis = { multiline: false, blockPlainAllowed: true, singleQuotedAllowed: true, blockAllowed: true };

export function analyzeScalar(text: string): ScalarAnalysis {
  if (HARMLESS.test(text)) return EVERYTHING;
  if (text === '') return { multiline: false, blockPlainAllowed: true, singleQuotedAllowed: true, blockAllowed: false };
  const chars = [...text];
  const last = chars.length - 1;
  let indicators = text.startsWith('---') || text.startsWith('...');
  let special = false;
  let breaks = false;
  let spaceBreak = false;
  let breakSpace = false;
  chars.forEach((c, i) => {
    indicators ||= isIndicator(chars, i);
    special ||= !isPrintable(c);
    if (isBreak(c)) {
      breaks = true;
      spaceBreak ||= chars[i - 1] === ' ';
    } else if (c === ' ') breakSpace ||= isBreak(chars[i - 1]);
  });
  const first = chars[0];
  const end = chars[last];
  const edges = first === ' ' || isBreak(first) || end === ' ' || isBreak(end);
  return {
    multiline: breaks,
    blockPlainAllowed: !(edges || breakSpace || spaceBreak || special || breaks || indicators),
    singleQuotedAllowed: !(breakSpace || spaceBreak || special),
    blockAllowed: !(end === ' ' || spaceBreak || special),
  };
}

/** The style that a text gets when `wanted` was asked for (yaml_emitter_select_scalar_style). */
export function selectStyle(text: string, wanted: ScalarStyle, analysis: ScalarAnalysis, simpleKey: boolean): ScalarStyle {
  let style = simpleKey && analysis.multiline ? 'double' : wanted;
  if (style === 'plain' && (!analysis.blockPlainAllowed || (text === '' && simpleKey))) style = 'single';
  if (style === 'single' && !analysis.singleQuotedAllowed) style = 'double';
  return style === 'literal' && (!analysis.blockAllowed || simpleKey) ? 'double' : style;
}
