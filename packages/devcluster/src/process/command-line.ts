/** Text that is neither a JSON array of strings nor a shell-like command. */
export class CommandLineError extends Error {
  readonly code = 'DEVCLUSTER_COMMAND';
  readonly retryable = false;
  readonly hint = 'Write a JSON array (["node","main.ts"]) or words with shell quoting.';
  constructor(message: string) {
    super(message);
    this.name = 'CommandLineError';
  }
}

/** The annotation `devcluster.caretaker.dev/command` as an argument list: a JSON array, or words with the quoting of a shell (no expansion, no pipes). */
export function parseCommand(text: string): string[] {
  const trimmed = text.trim();
  const words = trimmed.startsWith('[') ? jsonWords(trimmed) : shellWords(trimmed);
  if (words.length === 0) throw new CommandLineError('the command is empty');
  return words;
}

function jsonWords(text: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new CommandLineError('the command starts with [ and is no JSON array');
  }
  if (!Array.isArray(parsed) || !parsed.every((word) => typeof word === 'string')) {
    throw new CommandLineError('the command must be a JSON array of strings');
  }
  return parsed;
}

function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charAt(index);
    if (quote === "'") {
      if (letter === "'") quote = undefined;
      else word = (word ?? '') + letter;
    } else if (letter === '\\') {
      index += 1;
      word = (word ?? '') + text.charAt(index);
    } else if (quote === '"') {
      if (letter === '"') quote = undefined;
      else word = (word ?? '') + letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + letter;
  }
  if (quote !== undefined) throw new CommandLineError(`the command has an open ${quote}`);
  if (word !== undefined) words.push(word);
  return words;
}

/** `$(NAME)` -> its value; unknown names stay as written; `$$` is a dollar (Kubernetes' rule for command, args and env). */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, (match, name: string | undefined) => {
    if (name === undefined) return '$';
    return variables[name] ?? match;
  });
}
