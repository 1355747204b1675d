/**
 * Compiles a shell pattern (`*`, `?`, `[class]`, backslash escape; `/` is nothing special, since names have none). Undefined when the
 * pattern is malformed: an unclosed class or a trailing backslash.
 */
export function compileGlob(pattern: string): ((text: string) => boolean) | undefined {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') source += '[\\s\\S]*';
    else if (character === '?') source += '[\\s\\S]';
    else if (character === '\\') {
      if (at + 1 === pattern.length) return undefined;
      at += 1;
      source += literal(pattern.charAt(at));
    } else if (character === '[') {
      const end = pattern.indexOf(']', pattern.charAt(at + 1) === '^' ? at + 3 : at + 2);
      if (end < 0) return undefined;
      const negated = pattern.charAt(at + 1) === '^';
      const members = pattern.slice(negated ? at + 2 : at + 1, end).replace(/[\\[\]^]/g, '\\$&');
      source += `[${negated ? '^' : ''}${members}]`;
      at = end;
    } else source += literal(character);
  }
  try {
    const expression = new RegExp(`^${source}$`, 'u');
    return (text) => expression.test(text);
  } catch (error) {
    // A class such as [z-a]: the pattern is malformed, nothing else can be wrong with it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
