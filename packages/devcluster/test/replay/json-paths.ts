/** One step of a path: `a`, `["dotted.key"]`, `[name=x]`, `[*]`. */
type Segment = { key: string } | { by: string; value: string } | { all: true };

const SEGMENT = /\["((?:[^"\\]|\\.)*)"\]|\[\*\]|\[([^=\]]+)=([^\]]*)\]|([^.[\]]+)/g;

function segments(path: string): Segment[] {
  return [...path.matchAll(SEGMENT)].map(([, quoted, by, value, key]) => {
    if (quoted !== undefined) return { key: quoted };
    if (by !== undefined) return { by, value: value ?? '' };
    return key === undefined ? { all: true } : { key };
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object';
}

/** The value at a path; a list of values when the path has `[*]`. */
export function getPath(root: unknown, path: string): unknown {
  let current: unknown[] = [root];
  let many = false;
  for (const segment of segments(path)) {
    // what leads nowhere is no list
    if ('all' in segment && current.some(isRecord)) many = true;
    current = current.flatMap((value) => step(value, segment));
  }
  return many ? current : current[0];
}

function step(value: unknown, segment: Segment): unknown[] {
  if (!isRecord(value)) return [];
  if ('all' in segment) return Object.values(value);
  if ('key' in segment) return value[segment.key] === undefined ? [] : [value[segment.key]];
  const found: unknown = Array.isArray(value) ? value.find((each) => String(getPath(each, segment.by)) === segment.value) : undefined;
  return found === undefined ? [] : [found];
}

/** Removes what a path leads to. */
export function dropPath(root: unknown, path: string): void {
  const all = segments(path);
  const last = all.pop();
  if (last === undefined) return;
  let current: unknown[] = [root];
  for (const segment of all) current = current.flatMap((value) => step(value, segment));
  for (const value of current) {
    if (!isRecord(value)) continue;
    if ('key' in last) Reflect.deleteProperty(value, last.key);
    else if ('all' in last && Array.isArray(value)) value.length = 0;
    else if ('by' in last && Array.isArray(value)) {
      const index = value.findIndex((each) => String(getPath(each, last.by)) === last.value);
      if (index >= 0) value.splice(index, 1);
    }
  }
}
