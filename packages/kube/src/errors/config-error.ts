import { KubeError } from './kube-error.ts';

/** How to reach the cluster, or as whom, is not known. Never carries a token or key. */
export class ConfigError extends KubeError {}
