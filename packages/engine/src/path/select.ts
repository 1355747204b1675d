import { dig, isRecord, jsonEqual } from '../json/value.ts';
import type { Location, Match, Segment } from './segments.ts';

/** All values that the segments match, in document order, with where they are. Nothing matching is no error. */
export function select(value: unknown, segments: readonly Segment[], location: Location = []): Match[] {
  const [segment, ...rest] = segments;
  if (!segment) return value === undefined ? [] : [{ location, value }];
  if (segment.type === 'descend') {
    return [...select(value, rest, location), ...children(value).flatMap(([step, child]) => select(child, segments, [...location, step]))];
  }
  return step(value, segment).flatMap(([at, child]) => select(child, rest, [...location, at]));
}

function step(value: unknown, segment: Exclude<Segment, { type: 'descend' }>): [string | number, unknown][] {
  switch (segment.type) {
    case 'name':
      return isRecord(value) && Object.hasOwn(value, segment.name) ? [[segment.name, value[segment.name]]] : [];
    case 'index': {
      if (!Array.isArray(value)) return [];
      const index = segment.index < 0 ? value.length + segment.index : segment.index;
      return index >= 0 && index < value.length ? [[index, value[index]]] : [];
    }
    case 'token':
      return step(value, Array.isArray(value) ? { type: 'index', index: Number(segment.token) } : { type: 'name', name: segment.token });
    case 'wildcard':
      return children(value);
    case 'filter':
      return children(value).filter(([, item]) => passes(item, segment));
  }
}

/** Whether a list item (or map member) passes a filter. */
export function passes(item: unknown, filter: Extract<Segment, { type: 'filter' }>): boolean {
  const found = filter.path.length === 0 ? item : dig(item, ...filter.path);
  if (filter.operator === 'exists') return found !== undefined;
  return jsonEqual(found, filter.value) === (filter.operator === '==');
}

function children(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  return isRecord(value) ? Object.entries(value) : [];
}
