import { certificateFunctions } from '../sprig/certificates.ts';
import { cipherFunctions } from '../sprig/ciphers.ts';
import { dateFunctions } from '../sprig/dates.ts';
import { defaultFunctions } from '../sprig/defaults.ts';
import { dictFunctions } from '../sprig/dicts.ts';
import { encodingFunctions } from '../sprig/encodings.ts';
import { hashFunctions } from '../sprig/hashes.ts';
import { jsonFunctions } from '../sprig/json.ts';
import { listFunctions } from '../sprig/lists.ts';
import { mathFunctions } from '../sprig/math.ts';
import { pathFunctions } from '../sprig/paths.ts';
import { regexFunctions } from '../sprig/regexes.ts';
import { semverFunctions } from '../sprig/semvers.ts';
import { stringFunctions } from '../sprig/strings.ts';
import { urlFunctions } from '../sprig/urls.ts';
import type { FunctionMap } from '../value/function.ts';

/** Sprig v3.3.0's text functions that depend on nothing but their arguments. */
export const sprig: FunctionMap = {
  ...stringFunctions,
  ...pathFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...defaultFunctions,
  ...mathFunctions,
  ...jsonFunctions,
  ...encodingFunctions,
  ...hashFunctions,
  ...urlFunctions,
  ...cipherFunctions,
  ...certificateFunctions,
  ...regexFunctions,
  ...dateFunctions(),
  ...semverFunctions,
};
