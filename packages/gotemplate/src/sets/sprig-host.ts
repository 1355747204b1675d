import type { RandomBytes } from '../sprig/ciphers.ts';
import type { Clock } from '../sprig/dates.ts';
import { dateFunctions } from '../sprig/dates.ts';
import { randomFunctions } from '../sprig/random.ts';
import type { FunctionMap } from '../value/function.ts';
import { sprig } from './sprig.ts';

/** What a host lends to templates: each part switches on the functions that need it. */
export interface SprigHost {
  /** Milliseconds since 1970: `now`, `ago`, and dates of what is no time. */
  readonly clock?: Clock;
  /** Random bytes: `rand…`, `uuidv4`, `shuffle`, `bcrypt`, `htpasswd`, `encryptAES`. */
  readonly random?: RandomBytes;
}

/** Sprig with the functions that depend on time or chance, which the plain set leaves out. */
export function sprigWith(host: SprigHost): FunctionMap {
  return {
    ...sprig,
    ...(host.clock === undefined ? {} : dateFunctions(host.clock)),
    ...(host.random === undefined ? {} : randomFunctions(host.random)),
  };
}

export type { RandomBytes } from '../sprig/ciphers.ts';
export type { Clock } from '../sprig/dates.ts';
