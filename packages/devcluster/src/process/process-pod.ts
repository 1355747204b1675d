import type { ChildProcess } from 'node:child_process';
import type { KubeObject } from '@caretaker/kube';
import type { ContainerLog } from './container-log.ts';
import type { LocalhostProxy } from './localhost-proxy.ts';
import type { Mounts } from './mount-paths.ts';
import type { PodFiles } from './pod-files.ts';
import type { PodVolumes } from './pod-volumes.ts';

/** One container that runs, or has run, as a process. */
export interface ProcessContainer {
  child: ChildProcess | undefined;
  env: Readonly<Record<string, string>>;
  workdir: string;
  /** Where the paths of its volumes are. */
  mounts: Mounts;
  log: ContainerLog;
  previous: ContainerLog | undefined;
  tty: boolean;
  /** Programs that `exec` started beside it; they end with it. */
  execs: Set<ChildProcess>;
  /** Resolves when the current run has ended. */
  ended: Promise<number>;
}

/** What this machine holds of one process pod. */
export interface ProcessPod {
  pod: KubeObject;
  ip: string;
  files: PodFiles;
  volumes: PodVolumes;
  hostIP: string;
  /** Tokens in its volumes, by audience; '' is the API server's. */
  tokens: Map<string, string>;
  containers: Map<string, ProcessContainer>;
  /** Started with the first exec. */
  proxy: Promise<LocalhostProxy> | undefined;
}
