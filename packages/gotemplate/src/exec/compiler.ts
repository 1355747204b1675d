import type { Tree, TreeSet } from '../parse/node.ts';
import type { FunctionMap, GoFunction } from '../value/function.ts';
import { compileList } from './compile-action.ts';
import type { Exec } from './evaluator.ts';

/** A function by its name, and whether it is the builtin of Go and not one of a set that hides it. */
export interface FoundFunction {
  readonly fn: GoFunction;
  readonly builtin: boolean;
}

/** Turns parse trees into closures, each template once and when first needed. */
export class Compiler {
  readonly #trees: TreeSet;
  readonly #functions: FunctionMap;
  readonly #builtins: FunctionMap;
  readonly #compiled = new Map<string, Exec>();

  constructor(trees: TreeSet, functions: FunctionMap, builtins: FunctionMap) {
    this.#trees = trees;
    this.#functions = functions;
    this.#builtins = builtins;
  }

  /** Looks a function up as the parser did; a set's function hides a builtin. */
  find(name: string): FoundFunction | undefined {
    if (Object.hasOwn(this.#functions, name)) {
      const fn = this.#functions[name];
      if (fn !== undefined) return { fn, builtin: false };
    }
    const fn = Object.hasOwn(this.#builtins, name) ? this.#builtins[name] : undefined;
    return fn === undefined ? undefined : { fn, builtin: true };
  }

  has(name: string): boolean {
    return this.#trees.has(name);
  }

  /** The compiled body of a defined template. */
  body(name: string): Exec | undefined {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const tree: Tree | undefined = this.#trees.get(name);
    if (tree === undefined) return undefined;
    const exec = compileList(this, tree.root, { dotIsElement: false });
    this.#compiled.set(name, exec);
    return exec;
  }
}
