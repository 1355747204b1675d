/** Questions to the authorizer that policies may ask. */
import type { Library } from '../library.ts';
import { CelOpaque } from '../values.ts';

export interface AuthorizerQuestion {
  /** undefined: who makes the request. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly path?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Says whether something is allowed, and why. */
export type Ask = (question: AuthorizerQuestion, verb: string) => { readonly allowed: boolean; readonly reason: string };

const NOTHING: AuthorizerQuestion = { group: '', resource: '', subresource: '', namespace: '', name: '' };

/** A question that is being put together. */
export class CelAuthorizer extends CelOpaque {
  readonly celType: string;
  readonly ask: Ask;
  readonly question: AuthorizerQuestion;

  constructor(celType: string, ask: Ask, question: AuthorizerQuestion) {
    super();
    this.celType = celType;
    this.ask = ask;
    this.question = question;
  }

  with(celType: string, more: Partial<AuthorizerQuestion>): CelAuthorizer {
    return new CelAuthorizer(celType, this.ask, { ...this.question, ...more });
  }
}

class CelDecision extends CelOpaque {
  readonly celType = DECISION;
  readonly allowed: boolean;
  readonly reason: string;

  constructor({ allowed, reason }: ReturnType<Ask>) {
    super();
    this.allowed = allowed;
    this.reason = reason;
  }
}

export const AUTHORIZER = 'kubernetes.authorization.Authorizer';
export const RESOURCE_CHECK = 'kubernetes.authorization.ResourceCheck';
const PATH_CHECK = 'kubernetes.authorization.PathCheck';
const GROUP_CHECK = 'kubernetes.authorization.GroupCheck';
const DECISION = 'kubernetes.authorization.Decision';

export const authorizerOf = (ask: Ask): CelAuthorizer => new CelAuthorizer(AUTHORIZER, ask, NOTHING);
export const resourceCheckOf = (ask: Ask, question: Partial<AuthorizerQuestion>): CelAuthorizer =>
  new CelAuthorizer(RESOURCE_CHECK, ask, { ...NOTHING, ...question });

export function addAuthorizer(library: Library): void {
  library.add(`${AUTHORIZER}.path(string): ${PATH_CHECK}`, (one: CelAuthorizer, path: string) => one.with(PATH_CHECK, { path }));
  library.add(`${AUTHORIZER}.group(string): ${GROUP_CHECK}`, (one: CelAuthorizer, group: string) => one.with(GROUP_CHECK, { group }));
  library.add(`${AUTHORIZER}.serviceAccount(string, string): ${AUTHORIZER}`, (one: CelAuthorizer, namespace: string, name: string) =>
    one.with(AUTHORIZER, { serviceAccount: { namespace, name } }),
  );
  library.add(`${GROUP_CHECK}.resource(string): ${RESOURCE_CHECK}`, (one: CelAuthorizer, resource: string) =>
    one.with(RESOURCE_CHECK, { resource }),
  );
  for (const part of ['subresource', 'namespace', 'name'])
    library.add(`${RESOURCE_CHECK}.${part}(string): ${RESOURCE_CHECK}`, (one: CelAuthorizer, value: string) =>
      one.with(RESOURCE_CHECK, { [part]: value }),
    );
  for (const part of ['fieldSelector', 'labelSelector'])
    library.add(`${RESOURCE_CHECK}.${part}(string): ${RESOURCE_CHECK}`, (one: CelAuthorizer) => one);
  for (const type of [PATH_CHECK, RESOURCE_CHECK])
    library.add(`${type}.check(string): ${DECISION}`, (one: CelAuthorizer, verb: string) => new CelDecision(one.ask(one.question, verb)));
  library.add(`${DECISION}.allowed(): bool`, (one: CelDecision) => one.allowed);
  library.add(`${DECISION}.reason(): string`, (one: CelDecision) => one.reason);
  library.add(`${DECISION}.errored(): bool`, () => false);
  library.add(`${DECISION}.error(): string`, () => '');
}
