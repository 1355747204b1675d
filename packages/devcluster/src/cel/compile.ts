/** CEL as kube-apiserver 1.36 offers it: reads, checks and evaluates expressions. */
import { type Checked, check } from './checker.ts';
import type { Meter } from './cost/meter.ts';
import { CelCompileError } from './errors.ts';
import { evaluate, type Scope } from './evaluate.ts';
import { addAuthorizer } from './functions/authorizer.ts';
import { addConversions } from './functions/conversions.ts';
import { addKubernetes } from './functions/kubernetes.ts';
import { addLists } from './functions/lists.ts';
import { addOperators } from './functions/operators.ts';
import { addOptionals } from './functions/optionals.ts';
import { addStrings } from './functions/strings.ts';
import { Library } from './library.ts';
import { literalProblems } from './literals.ts';
import { parse } from './parser.ts';
import type { CelEnvironment } from './scope.ts';
import type { CelType } from './types.ts';

let shared: Library | undefined;

/** All functions; made when the first expression is compiled. */
export function celLibrary(): Library {
  if (shared !== undefined) return shared;
  const library = new Library();
  for (const add of [addOperators, addConversions, addOptionals, addStrings, addLists, addKubernetes, addAuthorizer]) add(library);
  shared = library;
  return library;
}

export class CelProgram {
  readonly checked: Checked;
  readonly #library: Library;

  constructor(checked: Checked, library: Library) {
    this.checked = checked;
    this.#library = library;
  }

  get type(): CelType {
    return this.checked.type;
  }

  /** Throws CelFault, and CostExceeded when it costs more than the meter allows. */
  evaluate(scope: Scope, meter?: Meter): unknown {
    return evaluate(this.#library, this.checked.expression, scope, meter);
  }
}

/** Throws CelCompileError. */
export function compileCel(source: string, environment: CelEnvironment): CelProgram {
  const checked = check(source, parse(source), environment);
  const problems = literalProblems(checked.expression);
  if (problems.length > 0) throw new CelCompileError(source, problems);
  return new CelProgram(checked, environment.library);
}
