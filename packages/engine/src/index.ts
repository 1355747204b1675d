export type * from './types/action.ts';
export type * from './types/bundle.ts';
export type * from './types/desired.ts';
export type * from './types/engine.ts';
export type * from './types/error-code.ts';
export type * from './types/marks.ts';
export type * from './types/outcome.ts';
export type * from './types/state.ts';
