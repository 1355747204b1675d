import type { FunctionMap } from '../value/function.ts';
export const tenant: FunctionMap = {};
export const tenantTyped: FunctionMap = {};
export function typedResult(s: string): string | number | boolean {
  return s;
}
