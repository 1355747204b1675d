/** Go's text/template for TypeScript. See the README. */

export type { ErrorLocation, LimitName, TemplateErrorCode } from './errors.ts';
export { ExecError, GoError, LimitError, ParseError, TemplateError } from './errors.ts';
export type { Limits } from './exec/limiter.ts';
export { DEFAULT_LIMITS } from './exec/limiter.ts';
export type { MissingKey } from './exec/state.ts';
export type { HostFunction, HostType, HostTypes } from './host-function.ts';
export { defineFunction } from './host-function.ts';
export type { CompileOptions } from './template.ts';
export { compile, Template } from './template.ts';
export type { CallContext, FunctionMap } from './value/function.ts';
export { GoFunction } from './value/function.ts';
export type { Numbers } from './value/host.ts';
export { fromHost } from './value/host.ts';
export { GoMap } from './value/map.ts';
export { Float, Int } from './value/number.ts';
export { GoObject } from './value/object.ts';
export { GoSlice } from './value/slice.ts';
export { toHost } from './value/to-host.ts';
export type { GoType } from './value/types.ts';
export { T } from './value/types.ts';
export type { Value } from './value/value.ts';
