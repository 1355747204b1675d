/** Row validation: a row that cannot become a tenant is rejected by itself, never the sync. Pure. */
import { longestName } from '../api/names.ts';
import { isActive } from './activate.ts';
import type { CustomerRow } from './columns.ts';

export type RejectionReason = 'UidMissing' | 'UidInvalid' | 'UidDuplicate' | 'NameTooLong' | 'NameCollision' | 'NameTaken' | 'RowTooLarge';

/** A row that cannot become a tenant: which, why, what to do. */
export interface RejectedRow {
  /** `row customer_id="Ünï"` or `row 17`. */
  row: string;
  uid: string | undefined;
  reason: RejectionReason;
  message: string;
}

export interface ValidRows {
  /** By uid, in order of uid. */
  accepted: ReadonlyMap<string, CustomerRow>;
  rejected: readonly RejectedRow[];
  /** Active rows of which it cannot be said whose they are; while there are any, nothing is removed (DESIGN §10.3). */
  unreadable: number;
}

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** Variables of one row together; a Tenant must fit into etcd with room for its status. */
export const largestRowBytes = 262_144;

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** How a row is named in messages: by its key, or by its number when it has none. */
export function nameRow(row: CustomerRow, uidColumn: string): string {
  return row.uid === null || row.uid === '' ? `row ${row.number}` : `row ${uidColumn}=${shown(row.uid)}`;
}

function largest(row: CustomerRow): { total: number; name: string; bytes: number } {
  let total = 0;
  let top = { name: '', bytes: -1 };
  for (const [name, value] of [...Object.entries(row.variables), ...Object.entries(row.secretVariables)]) {
    // A text has at least as many bytes as UTF-16 units / 1 and at most three times as many: exact only where it matters.
    const bytes = value.length > largestRowBytes / 4 ? Buffer.byteLength(value) : value.length;
    total += bytes;
    if (bytes > top.bytes) top = { name, bytes };
  }
  return { total, ...top };
}

function judge(row: CustomerRow, uidColumn: string): Omit<RejectedRow, 'row' | 'uid'> | undefined {
  const { uid } = row;
  if (uid === null || uid === '')
    return {
      reason: 'UidMissing',
      message: `column ${uidColumn} is ${uid === null ? 'NULL' : 'empty'}: give the row a uid or make it inactive; until then no tenant is removed`,
    };
  if (uid.length > longestName)
    return { reason: 'NameTooLong', message: `uid has ${uid.length} characters, at most ${longestName} fit into a label: shorten it` };
  if (!dnsLabel.test(uid))
    return {
      reason: 'UidInvalid',
      message: 'is no DNS label: use lower-case letters, digits and "-", beginning and ending with a letter or digit',
    };
  const { total, name, bytes } = largest(row);
  if (total > largestRowBytes)
    return {
      reason: 'RowTooLarge',
      message: `variables hold ${total} bytes, at most ${largestRowBytes} are allowed; the largest is ${name} with ${bytes}: shorten it or take it out of the mappings`,
    };
  return undefined;
}

const sameText = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).every((name) => a[name] === b[name]);

const equal = (a: CustomerRow, b: CustomerRow): boolean =>
  sameText(a.variables, b.variables) && sameText(a.secretVariables, b.secretVariables);

/**
 * Active rows that can become tenants, and those that cannot. Rows with one uid that say the same are one row; rows with one uid that differ are
 * all rejected, since nobody can say which is right.
 */
export function validateRows(rows: Iterable<CustomerRow>, uidColumn: string): ValidRows {
  const found = new Map<string, CustomerRow[]>();
  const rejected: RejectedRow[] = [];
  let unreadable = 0;
  for (const row of rows) {
    if (!isActive(row.activate)) continue;
    const fault = judge(row, uidColumn);
    if (fault) {
      if (fault.reason === 'UidMissing') unreadable += 1;
      rejected.push({ row: nameRow(row, uidColumn), uid: row.uid ?? undefined, ...fault });
      continue;
    }
    const uid = row.uid ?? '';
    const same = found.get(uid);
    if (!same) found.set(uid, [row]);
    else if (!same.some((other) => equal(other, row))) same.push(row);
  }
  const accepted = new Map<string, CustomerRow>();
  for (const uid of [...found.keys()].sort()) {
    const same = found.get(uid) ?? [];
    const [first] = same;
    if (same.length === 1 && first) accepted.set(uid, first);
    else
      for (const row of same)
        rejected.push({
          row: nameRow(row, uidColumn),
          uid,
          reason: 'UidDuplicate',
          message: `uid appears in ${same.length} active rows that differ: make column ${uidColumn} unique; the tenant stays as it is until then`,
        });
  }
  return { accepted, rejected, unreadable };
}
