import { tenantFunctions } from '../tenant/functions.ts';
import { typedFunctions } from '../tenant/typed.ts';
import type { FunctionMap } from '../value/function.ts';
import { sprig } from './sprig.ts';

/** Sprig, and toHost, trunc63 and a fromJson that gives `{}` for bad text. */
export const tenant: FunctionMap = { ...sprig, ...tenantFunctions };

/** {@link tenant}, and int, float and bool, which give text that {@link typedResult} turns into a value. */
export const tenantTyped: FunctionMap = { ...tenant, ...typedFunctions };

export { toHost } from '../tenant/functions.ts';
export { isTyped, stripMarker, typedResult } from '../tenant/typed.ts';
