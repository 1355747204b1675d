import type { FunctionMap } from '../value/function.ts';
export const sprig: FunctionMap = {};
