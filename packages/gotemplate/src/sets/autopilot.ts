import { autopilotFunctions } from '../autopilot/functions.ts';
import { defaultFunctions } from '../sprig/defaults.ts';
import { dictFunctions } from '../sprig/dicts.ts';
import { encodingFunctions } from '../sprig/encodings.ts';
import { jsonFunctions } from '../sprig/json.ts';
import { listFunctions } from '../sprig/lists.ts';
import { mathFunctions } from '../sprig/math.ts';
import { stringFunctions } from '../sprig/strings.ts';
import type { FunctionMap, GoFunction } from '../value/function.ts';

/** The Sprig functions that assets may use: nothing that differs from one render to the next, no patterns, no hashes. */
const ALLOWED = [
  'upper lower title untitle repeat substr nospace trim trimAll trimSuffix trimPrefix replace plural snakecase camelcase kebabcase',
  'contains hasPrefix hasSuffix quote squote cat indent nindent wrap wrapWith toString toStrings splitList join',
  'default empty coalesce ternary toJson toPrettyJson toRawJson fromJson',
  'list append prepend first rest last initial reverse uniq without has compact slice concat chunk',
  'dict set unset hasKey pluck merge mergeOverwrite keys pick omit values',
  'add add1 sub div mod mul max min floor ceil round b64enc b64dec b32enc b32dec',
]
  .join(' ')
  .split(' ');

const available: FunctionMap = {
  ...stringFunctions,
  ...defaultFunctions,
  ...jsonFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...mathFunctions,
  ...encodingFunctions,
};

function allowed(): FunctionMap {
  const entries = ALLOWED.map((name): [string, GoFunction | undefined] => [name, available[name]]);
  return Object.fromEntries(entries.filter((e): e is [string, GoFunction] => e[1] !== undefined));
}

/** The autopilot's set without the functions that ask the cluster, which the operator adds. */
export const autopilot: FunctionMap = { ...allowed(), ...autopilotFunctions };
