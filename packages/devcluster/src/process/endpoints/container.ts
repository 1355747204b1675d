import type { KubeObject } from '@caretaker/kube';
import { StatusError } from '../../server/answers/status-error.ts';
import { annotationsOf, nameOf } from '../../workloads/machinery/objects.ts';
import { fields, items, text } from '../../workloads/machinery/read.ts';

/** The container that a request means: the one named, the only one, or the default by annotation. Throws 400 in the apiserver's words. */
export function chosenContainer(pod: KubeObject, asked: string | null): string {
  const init = items(pod, 'spec', 'initContainers').map((container) => text(container, 'name'));
  const main = items(pod, 'spec', 'containers').map((container) => text(container, 'name'));
  if (asked) {
    const later = items(pod, 'spec', 'ephemeralContainers').map((container) => text(container, 'name'));
    if (main.includes(asked) || init.includes(asked) || later.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${nameOf(pod)}`);
  }
  const [only] = main;
  if (main.length === 1 && only !== undefined) return only;
  const preferred = annotationsOf(pod)['kubectl.kubernetes.io/default-container'];
  if (preferred !== undefined && main.includes(preferred)) return preferred;
  const choice = `choose one of: [${main.join(' ')}]${init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : ''}`;
  throw badRequest(`a container name must be specified for pod ${nameOf(pod)}, ${choice}`);
}

/** Throws 400 for a pod that is on no node yet: nobody could be asked to run anything in it. */
export function requireNode(pod: KubeObject): void {
  if (text(pod, 'spec', 'nodeName') === '') throw badRequest(`pod ${nameOf(pod)} does not have a host assigned`);
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function containerStatus(pod: KubeObject, name: string): ReturnType<typeof fields> {
  const all = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap((list) => items(pod, 'status', list));
  return fields(all.find((status) => text(status, 'name') === name));
}
