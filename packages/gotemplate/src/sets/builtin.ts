import type { FunctionMap } from '../value/function.ts';

/** No functions besides Go's builtins, which every template has. */
export const builtin: FunctionMap = {};
