import { isRecord, jsonEqual } from '../json/value.ts';

/**
 * The value at a field path as the API server writes it (`.spec.containers[name="web"].image`). Names may hold dots and nothing marks where
 * one ends (`.metadata.annotations.example.com/x`), so the longest member that fits is taken at each step.
 */
export function resolveField(value: unknown, path: string): unknown {
  if (path === '' || value === undefined) return value;
  if (path.startsWith('[')) return resolveItem(value, path);
  if (!path.startsWith('.') || !isRecord(value)) return undefined;
  const rest = path.slice(1);
  const fitting = Object.keys(value)
    .filter((name) => rest.startsWith(name) && ['', '.', '['].includes(rest[name.length] ?? ''))
    .sort((a, b) => b.length - a.length);
  for (const name of fitting) {
    const found = resolveField(value[name], rest.slice(name.length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function resolveItem(value: unknown, path: string): unknown {
  const end = closing(path);
  if (!Array.isArray(value) || end < 0) return undefined;
  const inner = path.slice(1, end);
  const item: unknown = /^\d+$/.test(inner) ? value[Number(inner)] : value.find((candidate) => matches(candidate, inner));
  return resolveField(item, path.slice(end + 1));
}

function closing(path: string): number {
  let quoted = false;
  for (let at = 1; at < path.length; at++) {
    if (quoted && path[at] === '\\') at++;
    else if (path[at] === '"') quoted = !quoted;
    else if (!quoted && path[at] === ']') return at;
  }
  return -1;
}

function matches(item: unknown, keys: string): boolean {
  if (keys.startsWith('=')) return jsonEqual(item, scalar(keys.slice(1)));
  const pairs = [...keys.matchAll(/([^=,]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  return (
    isRecord(item) &&
    pairs.length > 0 &&
    pairs.every(([, name = '', text = '']) => item[name] === undefined || jsonEqual(item[name], scalar(text)))
  );
}

function scalar(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
