import type { KubeObject } from '@caretaker/kube';
import { parseDuration } from '../machinery/duration.ts';
import { annotationsOf, controllerOf } from '../machinery/objects.ts';
import { items, text } from '../machinery/read.ts';

export const PREFIX = 'devcluster.caretaker.dev/';

/** What a simulated pod does. Times in milliseconds. */
export type Behavior =
  | { does: 'run'; readyAfter: number | undefined }
  | { does: 'complete'; after: number; exitCode: number }
  | { does: 'crash'; after: number; exitCode: number }
  | { does: 'image-pull-failure' };

export interface SimulationOptions {
  /** From start to ready. */
  podReadyDelayMs: number;
  /** How long the pod of a Job runs. */
  jobRunMs: number;
}

/**
 * Images that stand for a failure, so that a plain `kubectl set image deploy/web main=nginx:does-not-exist` shows what a real cluster would:
 * a name or tag of these words cannot be pulled, a name or tag with `crash` ends with code 1 soon after its start.
 */
const UNPULLABLE = /(^|[/:._-])(does-?not-?exist|no-such-image|non-?existent|not-?found|missing|invalid|bad-?image|bad-?tag)($|[/:._-])/i;
const CRASHING = /(^|[/:._-])crash(-?loop|ing|er)?($|[/:._-])/i;

const UNSCHEDULABLE = /(^|[/:._-])unschedulable($|[/:._-])/i;

/** Is this pod to fit on no node, by annotation or by an image with that word? */
export function isUnschedulable(pod: KubeObject): boolean {
  if (annotationsOf(pod)[`${PREFIX}behavior`] === 'unschedulable') return true;
  return items(pod, 'spec', 'containers').some((container) => UNSCHEDULABLE.test(text(container, 'image')));
}

/**
 * Decides what a simulated pod does, from the annotations `devcluster.caretaker.dev/behavior` (`crash-loop`, `image-pull-failure`, `never-ready`,
 * `succeed`, `fail`), `…/ready-after`, `…/run-for` (Go durations), `…/exit-code`, else from its image, else from what owns it.
 */
export function behaviorOf(pod: KubeObject, options: SimulationOptions): Behavior {
  const annotation = (name: string): string | undefined => annotationsOf(pod)[PREFIX + name];
  const readyAfter = parseDuration(annotation('ready-after')) ?? options.podReadyDelayMs;
  const runFor = parseDuration(annotation('run-for'));
  const exitCode = Number.parseInt(annotation('exit-code') ?? '', 10);
  const code = (fallback: number): number => (Number.isNaN(exitCode) ? fallback : exitCode);
  switch (annotation('behavior')) {
    case 'crash-loop':
      return { does: 'crash', after: runFor ?? 1000, exitCode: code(1) };
    case 'image-pull-failure':
      return { does: 'image-pull-failure' };
    case 'never-ready':
      return { does: 'run', readyAfter: undefined };
    case 'succeed':
      return { does: 'complete', after: runFor ?? options.jobRunMs, exitCode: code(0) };
    case 'fail':
      return { does: 'complete', after: runFor ?? options.jobRunMs, exitCode: code(1) };
  }
  const images = items(pod, 'spec', 'containers').map((container) => text(container, 'image'));
  if (images.some((image) => UNPULLABLE.test(image))) return { does: 'image-pull-failure' };
  if (images.some((image) => CRASHING.test(image))) return { does: 'crash', after: runFor ?? 1000, exitCode: code(1) };
  if (runFor !== undefined || !Number.isNaN(exitCode) || controllerOf(pod)?.kind === 'Job') {
    return { does: 'complete', after: runFor ?? options.jobRunMs, exitCode: code(0) };
  }
  return { does: 'run', readyAfter };
}
