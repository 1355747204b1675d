/**
 * The texts that make a row active: the ancestor's list, with the booleans that PostgreSQL and SQLite give. Everything else, NULL included, is
 * inactive. The list is not widened further: that would activate rows that were inactive under the ancestor.
 */
const active: ReadonlySet<string> = new Set(['1', 'true', 'TRUE', 'True', 'yes', 'YES', 'Yes']);

export const isActive = (value: string | null): boolean => value !== null && active.has(value);
