import type { KubeObject } from '@caretaker/kube';
import type { WriteRequest } from '../write-request.ts';

/** Values that the server hands out when an object is written: cluster IPs, node ports. In place on `next`. Throws StatusError 422 when it cannot. */
export interface Allocator {
  /** `group/plural`. */
  readonly resource: string;
  allocate(request: WriteRequest, next: KubeObject, live: KubeObject | undefined): void;
}
