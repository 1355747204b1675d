// All sessions; each file below sessions/ holds those of one theme. Longest first.
import type { Session } from './session.ts';
import { apply, serverSideApply } from './sessions/apply.ts';
import { auth } from './sessions/auth.ts';
import { deleting, metadata, rollout, setting } from './sessions/change.ts';
import { around, custom, nodes, requests } from './sessions/cluster.ts';
import { create } from './sessions/create.ts';
import { describing } from './sessions/describe.ts';
import { discovery, explain } from './sessions/discovery.ts';
import { faults } from './sessions/faults.ts';
import { get, waiting, watching } from './sessions/get.ts';
import { more } from './sessions/more.ts';
import { tenants } from './sessions/tenants.ts';

const inNamespaces: readonly Session[] = [
  rollout,
  deleting,
  metadata,
  apply,
  more,
  get,
  auth,
  faults,
  explain,
  serverSideApply,
  watching,
  setting,
  around,
  waiting,
  discovery,
  requests,
];

/** These make nodes, kinds and classes, which stand in lists that others ask for: their turn comes when those have ended. */
const everywhere: readonly Session[] = [nodes, describing, custom, create, tenants];

export const sessions: readonly Session[] = [...inNamespaces, ...everywhere];
export const turns: readonly (readonly Session[])[] = [inNamespaces, everywhere];
