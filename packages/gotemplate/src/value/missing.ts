import type { GoType } from './types.ts';
import { T } from './types.ts';

/**
 * What missingkey=handled gives for an absent key: it may be passed on to those who accept a missing value, and whoever
 * else uses it gets the error that names the key.
 */
export class Missing {
  readonly type: GoType = T.any;
  /** The error to raise on use, made where the key was looked up. */
  readonly error: () => Error;

  constructor(error: () => Error) {
    this.error = error;
  }
}
