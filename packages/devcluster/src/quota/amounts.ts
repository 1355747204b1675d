import { addQuantities } from '../admission/quantities.ts';

/** Amounts by the names that quotas use. */
export type Usage = Readonly<Record<string, string>>;

export function addUsage(left: Usage, right: Usage): Usage {
  const sum: Record<string, string> = { ...left };
  for (const [name, amount] of Object.entries(right)) sum[name] = addQuantities(sum[name] ?? '0', amount);
  return sum;
}
