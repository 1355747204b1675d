import { type FieldRow, typeRow } from '../schema/type-table.ts';
import { EMBEDDED, type Embedded } from './protobuf-embedded.ts';

/** What every body in protobuf begins with. */
export const MAGIC = Buffer.from('k8s\u0000', 'latin1');

/** Fields of a message by number; a struct inside is a layout of its own. */
export interface Layout {
  readonly fields: ReadonlyMap<number, FieldRow>;
  readonly embedded?: { readonly number: number; readonly layout: Layout };
}

const layouts = new Map<string, Layout>();

export function layoutOf(name: string): Layout {
  let layout = layouts.get(name);
  if (layout === undefined) {
    // TypeMeta is not part of the message.
    const fields = typeRow(name).fields.filter((row) => !row.i?.includes('TypeMeta'));
    layout = buildLayout(fields, EMBEDDED.get(name));
    layouts.set(name, layout);
  }
  return layout;
}

function buildLayout(rows: readonly FieldRow[], embedded: Embedded | undefined): Layout {
  const own = rows.filter((row) => embedded === undefined || !embedded.has(row.n));
  const fields = new Map(own.flatMap((row) => (row.p === undefined ? [] : [[row.p, row] as const])));
  if (embedded === undefined) return { fields };
  const inside = rows.filter((row) => embedded.has(row.n));
  return { fields, embedded: { number: embedded.number, layout: buildLayout(inside, embedded.inner) } };
}
