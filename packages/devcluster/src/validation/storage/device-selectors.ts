/** CEL selectors of devices: compiled and costed when they are written. */
import type { JsonObject } from '@caretaker/kube';
import { celLibrary, compileCel } from '../../cel/compile.ts';
import { estimateCost } from '../../cel/cost/estimate.ts';
import type { SizeTree } from '../../cel/cost/sizes.ts';
import type { CelEnvironment } from '../../cel/scope.ts';
import { readType } from '../../cel/signature.ts';
import { BOOL, DYN, mapOf, objectOf, STRING, showType } from '../../cel/types.ts';
import { forbidden, invalid, required, tooLong } from '../parts/field-errors.ts';
import { type Errors, obj, str } from '../parts/read.ts';

const LONGEST = 10 * 1024;
const MOST_COST = 1_000_000;

const sized = (max: number): SizeTree => ({ max });
const [DOMAIN, ID, VALUE, MOST] = [63, 32, 64, 32];

/** `device.attributes['domain'].name`, whatever the name. */
const attributes: SizeTree = { max: MOST, key: sized(ID), item: sized(VALUE), other: sized(VALUE) };
const capacity: SizeTree = { max: MOST, key: sized(ID) };

const DEVICE_SIZES: SizeTree = {
  max: 0,
  fields: new Map([
    ['driver', sized(63)],
    ['allowMultipleAllocations', sized(1)],
    ['attributes', { max: MOST, key: sized(DOMAIN), item: attributes }],
    ['capacity', { max: MOST, key: sized(DOMAIN), item: capacity }],
  ]),
};

let environment: CelEnvironment | undefined;

function deviceEnvironment(): CelEnvironment {
  if (environment !== undefined) return environment;
  const library = celLibrary();
  const device = objectOf(
    'kubernetes.DRADevice',
    new Map([
      ['driver', STRING],
      ['allowMultipleAllocations', BOOL],
      ['attributes', mapOf(STRING, mapOf(STRING, DYN))],
      ['capacity', mapOf(STRING, mapOf(STRING, readType('kubernetes.Quantity')))],
    ]),
  );
  environment = { library, variables: new Map([['device', device]]) };
  return environment;
}

/** One entry of `selectors`. */
export function deviceSelectorErrors(selector: JsonObject, at: string, errors: Errors): void {
  const cel = obj(selector, 'cel');
  if (cel === undefined) {
    errors.push(required(`${at}.cel`));
    return;
  }
  const path = `${at}.cel.expression`;
  const expression = str(cel, 'expression');
  if (expression === '') errors.push(required(path));
  else if (Buffer.byteLength(expression) > LONGEST) errors.push(tooLong(path, LONGEST));
  else expressionErrors(expression, path, errors);
}

function expressionErrors(expression: string, path: string, errors: Errors): void {
  try {
    const program = compileCel(expression, deviceEnvironment());
    const type = showType(program.type);
    if (type !== 'bool' && type !== 'dyn') {
      errors.push(invalid(path, expression, `must evaluate to bool or the unknown type, not ${type}`));
      return;
    }
    if (estimateCost(program.checked, DEVICE_SIZES).max > MOST_COST) errors.push(forbidden(path, 'too complex, exceeds cost limit'));
  } catch (error) {
    errors.push(invalid(path, expression, `compilation failed: ${error instanceof Error ? error.message : String(error)}`));
  }
}
