import type { DefinitionOperations } from '../schema/contract.ts';
import { compileDefinition } from './compile.ts';
import { definitionStatus } from './names.ts';

/** Everything about definitions that the server core needs. Whether one is valid, type operations say. */
export const definitionOperations: DefinitionOperations = { compile: compileDefinition, status: definitionStatus };
