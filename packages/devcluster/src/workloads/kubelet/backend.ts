import type { KubeObject } from '@caretaker/kube';
import type { Fields } from '../machinery/read.ts';

export interface ContainerExit {
  exitCode: number;
  signal?: number;
  /** `Completed` or `Error` follow from the code when left out. */
  reason?: string;
  message?: string;
}

/** What a running container tells its pod. Nothing comes after `exited`. */
export interface ContainerHooks {
  started(): void;
  ready(ready: boolean): void;
  exited(exit: ContainerExit): void;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

export interface ContainerStart {
  pod: KubeObject;
  container: Fields;
  init: boolean;
  podIP: string;
  hostIP: string;
  /** Runs of this container before this one. */
  restartCount: number;
  hooks: ContainerHooks;
}

export interface ContainerHandle {
  /** Asks the container to end within the grace period, then ends it. `exited` follows. */
  stop(graceMs: number): void;
}

/** What containers run on: the simulation, or local processes. */
export interface ContainerBackend {
  /** A free address for a pod. */
  allocateIP(pod: KubeObject): string;
  /** The image cannot be pulled: the error's text. */
  pullError(pod: KubeObject, container: Fields): string | undefined;
  /** May call hooks before it returns. Throws with a message for people when the container cannot be created. */
  start(request: ContainerStart): ContainerHandle | Promise<ContainerHandle>;
  /** Takes up a container that ran before the cluster was restarted; undefined when it does not run any more. */
  resume(request: ContainerStart, wasReady: boolean): ContainerHandle | undefined;
  /** The pod is gone: addresses, files and logs of it may go. */
  release(pod: KubeObject): void;
}
