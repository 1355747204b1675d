// The commands of a runbook, as they stand in its fenced blocks: a test that types one proves that the line works as written.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export class Runbook {
  readonly name: string;
  readonly #text: string;
  readonly #commands: string[];

  constructor(name: string) {
    this.name = name;
    this.#text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'runbooks', `${name}.md`), 'utf8');
    this.#commands = commandsOf(this.#text);
  }

  /** Every command, in order. */
  get commands(): readonly string[] {
    return this.#commands;
  }

  /** The one command that holds every part, with `<placeholders>` replaced. Throws when none or several do, so that a changed runbook is noticed. */
  line(parts: readonly (string | RegExp)[], values: Readonly<Record<string, string>> = {}): string {
    const found = [
      ...new Set(
        this.#commands.filter((command) => parts.every((part) => (typeof part === 'string' ? command.includes(part) : part.test(command)))),
      ),
    ];
    assert.equal(found.length, 1, `${this.name} has ${found.length} commands with ${parts.join(' and ')}:\n${found.join('\n---\n')}`);
    return fill(found[0] ?? '', values);
  }

  /** The one fenced block that holds every part, without its indentation: what a person pastes as a whole (loops, here-documents, scripts). */
  block(parts: readonly string[], values: Readonly<Record<string, string>> = {}): string {
    const found = [...this.#text.matchAll(/^( *)```bash\n([\s\S]*?)^ *```/gm)]
      .map(([, indent = '', body = '']) => body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
      .filter((body) => parts.every((part) => body.includes(part)));
    assert.equal(found.length, 1, `${this.name} has ${found.length} blocks with ${parts.join(' and ')}:\n${found.join('\n---\n')}`);
    return fill(found[0] ?? '', values);
  }
}

/** A line that goes on until Ctrl-C, ended once the filter (`head -2`, `grep -m1 …`) has what it waits for. */
export const untilSeen = (line: string, filter: string): string => `exec 3< <(exec ${line})\n${filter} <&3\nkill $!`;

function fill(text: string, values: Readonly<Record<string, string>>): string {
  const filled = text.replace(/<([a-z-]+)>/g, (placeholder, name: string) => values[name] ?? placeholder);
  assert.doesNotMatch(filled, /<[a-z-]+>/, `a placeholder is left in: ${filled}`);
  return filled;
}

/** Lines of ```bash blocks; a trailing backslash or a trailing pipe joins the next line. Comments and blank lines are left out. */
function commandsOf(markdown: string): string[] {
  const commands: string[] = [];
  for (const block of markdown.matchAll(/^ *```bash\n([\s\S]*?)^ *```/gm)) {
    let open = '';
    for (const raw of (block[1] ?? '').split('\n')) {
      const line = raw.trim();
      if (open === '' && (line === '' || line.startsWith('#'))) continue;
      open = open === '' ? line : `${open} ${line}`;
      if (line.endsWith('\\')) open = open.slice(0, -1).trimEnd();
      if (line.endsWith('\\') || line.endsWith('|')) continue;
      commands.push(open);
      open = '';
    }
  }
  return commands;
}
