import type { FunctionMap } from '../value/function.ts';
export const autopilot: FunctionMap = {};
