import type { KubeObject, Timer } from '@caretaker/kube';
import type { ClusterApi } from '../../controllers/contract.ts';
import { hasReason, messageOf } from '../machinery/action.ts';
import { nameOf, refOf, uidOf } from '../machinery/objects.ts';
import { fields, sameJson } from '../machinery/read.ts';

const RETRY_MS = 1000;

export interface StatusSource {
  api: ClusterApi;
  pod(): KubeObject;
  /** The status of now, given the pod as stored. */
  status(live: KubeObject): Record<string, unknown>;
  /** True when the pod is to be removed from the cluster once its status is written. */
  over(): boolean;
}

/** Writes a pod's status in the background: the newest state at a time, nothing when nothing changed; and removes the pod when it is over. */
export class StatusWriter {
  readonly #source: StatusSource;
  #timer: Timer | undefined;
  #dirty = false;
  #writing = false;
  #closed = false;

  constructor(source: StatusSource) {
    this.#source = source;
  }

  changed(afterMs = 0): void {
    this.#dirty = true;
    if (this.#writing || this.#timer || this.#closed) return;
    this.#timer = this.#source.api.clock.after(afterMs, () => {
      this.#timer = undefined;
      void this.#flush();
    });
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #flush(): Promise<void> {
    this.#writing = true;
    let retryMs: number | undefined;
    try {
      while (this.#dirty && !this.#closed) {
        this.#dirty = false;
        await this.#write();
      }
      if (this.#source.over() && !this.#closed) await this.#remove();
    } catch (error) {
      // A pod that is gone is told by its event.
      if (!hasReason(error, 'NotFound')) retryMs = hasReason(error, 'Conflict') ? 1 : RETRY_MS;
      this.#source.api.logger.debug('pod status not written', { pod: nameOf(this.#source.pod()), error: messageOf(error) });
    }
    this.#writing = false;
    if (retryMs !== undefined) this.changed(retryMs);
  }

  async #write(): Promise<void> {
    const { api } = this.#source;
    const pod = this.#source.pod();
    const live = api.peek(refOf(pod));
    if (!live || uidOf(live) !== uidOf(pod)) return;
    const status = { ...fields(live, 'status'), ...this.#source.status(live) };
    if (!sameJson(status, fields(live, 'status'))) await api.update({ ...live, status }, { subresource: 'status' });
  }

  async #remove(): Promise<void> {
    const pod = this.#source.pod();
    await this.#source.api.delete(refOf(pod), { uid: uidOf(pod), gracePeriodSeconds: 0 });
  }
}
