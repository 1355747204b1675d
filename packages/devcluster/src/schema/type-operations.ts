import { prepareForCreate, prepareForUpdate } from '../strategy/prepare.ts';
import { validateObject } from '../validation/validate.ts';
import type { TypeOperations } from './contract.ts';
import { convertObject } from './conversion.ts';
import { applyTypeDefaults, decodeObject, settleObject } from './objects.ts';

/** Everything that depends on a kind. */
export const typeOperations: TypeOperations = {
  decode: decodeObject,
  applyDefaults: applyTypeDefaults,
  prepareForCreate,
  prepareForUpdate,
  validate: validateObject,
  settle: settleObject,
  convert: convertObject,
};
