import { join } from 'node:path';

/** Root of the checkout: where config/ and examples/ are. */
export const root = join(import.meta.dirname, '..', '..', '..', '..');
