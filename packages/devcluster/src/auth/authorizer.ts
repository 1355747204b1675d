import type { UserInfo } from '../server/contract.ts';

/** authorization/v1 ResourceAttributes or NonResourceAttributes. */
export interface AccessAttributes {
  readonly verb: string;
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Set for non-resource requests, and then nothing above but the verb counts. */
  readonly path?: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** `RBAC: allowed by …`, or which bound roles are missing; '' when there is nothing to say. */
  readonly reason: string;
}

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

export interface RulesFound {
  readonly rules: readonly PolicyRule[];
  /** Roles that are bound and do not exist; '' when all do. */
  readonly problem: string;
}

export interface Authorizer {
  decide(user: UserInfo, attributes: AccessAttributes): AccessDecision;
  /** Every rule that gives the user something in a namespace. */
  rulesFor(user: UserInfo, namespace: string): RulesFound;
}
