import { parseConstraint, satisfies } from '../semver/constraint.ts';
import { Version } from '../semver/version.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';

/** Sprig's semantic versions. */
export const semverFunctions: FunctionMap = {
  semver: def([P.string], (version) => Version.parse(version)),
  semverCompare: def([P.string, P.string], (constraint, version) => {
    const constraints = parseConstraint(constraint);
    return satisfies(constraints, Version.parse(version));
  }),
};
