import type { JsonValue } from '@caretaker/kube';

export const redacted = '<redacted>';

/** Kinds whose data never leaves the process in a message. Kinds named …Secret of other groups are taken to hold secrets too. */
export function isSensitiveKind(kind: string): boolean {
  return kind === 'Secret' || kind.endsWith('Secret');
}

/** A value for people: short, and hidden when the object is sensitive. */
export function shownValue(value: JsonValue | undefined, sensitive: boolean): JsonValue | undefined {
  if (value === undefined) return undefined;
  if (sensitive) return redacted;
  const text = JSON.stringify(value);
  return text.length <= 200 ? value : `${text.slice(0, 197)}...`;
}

/**
 * An API server's message about a sensitive object, without the values that it quotes: the server repeats what it refused, e.g.
 * `Invalid value: "hunter2"`. Everything in quotes after `value:` goes, and every one of `secrets` wherever it stands.
 */
export function redactMessage(message: string, sensitive: boolean, secrets: Iterable<string> = []): string {
  let text = message;
  for (const secret of secrets) {
    if (secret.length >= 4) text = text.replaceAll(secret, redacted);
  }
  if (!sensitive) return text;
  return text.replace(/(value: )("(?:[^"\\]|\\.)*"|\{[^\n]*\}|\[[^\n]*\]|[^\s:,]+)/gi, `$1${redacted}`);
}
