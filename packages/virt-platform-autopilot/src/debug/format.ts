import { stringify } from 'yaml';
import type { DebugItem } from './item.ts';

export type DebugFormat = 'yaml' | 'json' | 'status';

/** Documents with a comment header each, so that the output can be piped to `kubectl apply -f -`. */
export function itemsAsYaml(items: readonly DebugItem[]): string {
  return items
    .map(
      (item) => `${header(item)}${item.object === undefined ? '' : stringify(item.object, { lineWidth: 0, aliasDuplicateObjects: false })}`,
    )
    .join('---\n');
}

function itemsAsJson(items: readonly DebugItem[]): string {
  return `${JSON.stringify(items, undefined, 2)}\n`;
}

/** A table of 30, 15, 20 and 35 columns, then how many there are of each status. */
export function itemsAsTable(items: readonly DebugItem[]): string {
  const row = (asset: string, status: string, component: string, reason: string): string =>
    [asset.padEnd(30), status.padEnd(15), component.padEnd(20), reason.slice(0, 200)].join(' ').trimEnd();
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item.status, (counts.get(item.status) ?? 0) + 1);
  const lines = [
    row('ASSET', 'STATUS', 'COMPONENT', 'REASON'),
    ...items.map((item) => row(item.asset, item.status, item.component, item.reason ?? '')),
  ];
  const summary = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([status, count]) => `${status}: ${count}`);
  return `${lines.join('\n')}\n\n${summary.join(', ')} (${items.length} in all)\n`;
}

export function itemsAs(format: DebugFormat, items: readonly DebugItem[]): string {
  if (format === 'json') return itemsAsJson(items);
  return format === 'yaml' ? itemsAsYaml(items) : itemsAsTable(items);
}

function header(item: DebugItem): string {
  const lines = [`Asset: ${item.asset}`, `Path: ${item.path}`, `Component: ${item.component}`, `Status: ${item.status}`];
  if (item.reason !== undefined) lines.push(`Reason: ${item.reason.replaceAll('\n', ' ')}`);
  return lines.map((line) => `# ${line}\n`).join('');
}
