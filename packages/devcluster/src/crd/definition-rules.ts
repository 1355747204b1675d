import type { KindRules } from '../validation/kind-rules.ts';

export const definitionRules: KindRules = {};
