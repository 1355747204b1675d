import type { KubeObject } from '@caretaker/kube';
import { PREFIX } from '../workloads/kubelet/behavior.ts';
import { REPLICA_SET } from '../workloads/machinery/kinds.ts';
import { annotationsOf, controllerOf, namespaceOf } from '../workloads/machinery/objects.ts';
import { flag, items, text } from '../workloads/machinery/read.ts';
import { parseCommand } from './command-line.ts';
import { programOf } from './image-table.ts';

const COMMAND = `${PREFIX}command`;
const CONTAINER = `${PREFIX}container`;
const WORKDIR = `${PREFIX}workdir`;

/** How a pod's container runs as a local process. */
export type ProcessPlan =
  /** The annotation stands for the image's entry point; the container's args follow it. */
  | { by: 'annotation'; command: string[]; workdir: string | undefined }
  /** A client or shell image that is played by local programs. */
  | { by: 'image' };

type Peek = (ref: { apiVersion: string; kind: string; namespace: string; name: string }) => KubeObject | undefined;

/** The annotation of a pod, or of the owner above it: ReplicaSets carry the annotations of their Deployment. */
function annotation(pod: KubeObject, name: string, peek: Peek): string | undefined {
  const own = annotationsOf(pod)[name];
  if (own !== undefined) return own;
  const owner = controllerOf(pod);
  if (!owner) return undefined;
  const above = peek({ ...REPLICA_SET, apiVersion: owner.apiVersion, kind: owner.kind, namespace: namespaceOf(pod), name: owner.name });
  return above && annotationsOf(above)[name];
}

/** Does this pod run as local processes at all? */
export function isProcessPod(pod: KubeObject, peek: Peek): boolean {
  if (annotation(pod, COMMAND, peek) !== undefined) return true;
  return isAdHoc(pod) && items(pod, 'spec', 'containers').some((container) => programOf(text(container, 'image')) !== undefined);
}

/** Pods that a person starts by hand (`kubectl run`): no owner, and interactive or to be run once. */
function isAdHoc(pod: KubeObject): boolean {
  if (controllerOf(pod)) return false;
  const interactive = items(pod, 'spec', 'containers').some((container) => flag(container, 'stdin'));
  return interactive || text(pod, 'spec', 'restartPolicy') === 'Never';
}

/** A container that came later, to look: it is what its image is, whatever stands in for the others. */
const isEphemeral = (pod: KubeObject, container: unknown): boolean =>
  items(pod, 'spec', 'ephemeralContainers').some((each) => text(each, 'name') === text(container, 'name'));

/** How one container of a process pod runs; undefined when this one is only simulated. Throws CommandLineError. */
export function planOf(pod: KubeObject, container: unknown, peek: Peek): ProcessPlan | undefined {
  const command = isEphemeral(pod, container) ? undefined : annotation(pod, COMMAND, peek);
  if (command === undefined) return programOf(text(container, 'image')) ? { by: 'image' } : undefined;
  const first = text(items(pod, 'spec', 'containers')[0], 'name');
  const named = annotation(pod, CONTAINER, peek) ?? first;
  if (text(container, 'name') !== named) return undefined;
  return { by: 'annotation', command: parseCommand(command), workdir: annotation(pod, WORKDIR, peek) };
}
