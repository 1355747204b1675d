import type { KubeObject } from '@caretaker/kube';
import type { StatusError } from './answers/status-error.ts';
import type { ApiRequest } from './api-request.ts';

/** What a write is about, for those who inject faults. */
export interface WriteFaultContext {
  readonly verb: 'create' | 'update' | 'delete';
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject | undefined;
}

/** Hooks of a simulation. They may be set, changed and removed while the cluster runs. */
export interface ClusterFaults {
  /** Called before a commit. Throws StatusError to refuse it (409, 429, 5xx); throwing anything else is a crash of the request. */
  before?: ((context: WriteFaultContext) => void) | undefined;
  /** Called after a commit, before its answer. What it throws becomes the answer: the write has happened all the same. */
  after?: ((context: WriteFaultContext) => void) | undefined;
  /** Called for each request before anything else. What it returns is answered instead. */
  request?: ((request: ApiRequest) => StatusError | undefined) | undefined;
  /** Called with each answer of an in-process transport. True loses it: the client sees a broken connection. */
  loseReply?: ((request: ApiRequest, status: number) => boolean) | undefined;
  /** Milliseconds by which a watch hears of a change late. Order within a watch is kept. */
  watchDelay?: ((resource: string, object: KubeObject) => number) | undefined;
}
