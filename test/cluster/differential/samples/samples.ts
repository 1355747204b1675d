/** One rich valid object of each kind whose creation and update the sweep bends. */
import { ACCESS_SAMPLES } from './access.ts';
import { ADMISSION_SAMPLES } from './admission.ts';
import { CLUSTER_SAMPLES } from './cluster.ts';
import { CORE_SAMPLES } from './core.ts';
import { DEFINITION_SAMPLES } from './definition.ts';
import { NETWORKING_SAMPLES } from './networking.ts';
import type { Sample } from './sample.ts';
import { WORKLOAD_SAMPLES } from './workloads.ts';

export const SAMPLES: readonly Sample[] = [
  ...CORE_SAMPLES,
  ...WORKLOAD_SAMPLES,
  ...NETWORKING_SAMPLES,
  ...ACCESS_SAMPLES,
  ...CLUSTER_SAMPLES,
  ...ADMISSION_SAMPLES,
  ...DEFINITION_SAMPLES,
];
