import type { Clock } from '@caretaker/kube';
import type { ServerExtensions } from '../../server/contract.ts';
import type { ProcessPods } from '../process-pods.ts';
import { podAttach } from './attach.ts';
import { type PodLookup, podExec } from './exec.ts';
import { podLog } from './log.ts';
import { podPortForward } from './port-forward.ts';
import { podProxy, serviceProxy } from './proxy.ts';

/** Plugs the streaming subresources of pods (and the proxy of Services) into a server. Without process pods they answer for simulated ones. */
export function registerPodStreams(
  extensions: ServerExtensions,
  clock: Clock,
  processes: ProcessPods | undefined,
  lookup: PodLookup,
): void {
  extensions.registerConnect('pods', 'log', podLog(clock, processes));
  extensions.registerConnect('pods', 'exec', podExec(processes, lookup));
  extensions.registerConnect('pods', 'attach', podAttach(processes));
  extensions.registerConnect('pods', 'portforward', podPortForward(processes));
  extensions.registerConnect('pods', 'proxy', podProxy(processes));
  extensions.registerConnect('services', 'proxy', serviceProxy(processes));
}
