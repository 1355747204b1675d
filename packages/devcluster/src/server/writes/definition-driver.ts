import type { KubeObject } from '@caretaker/kube';
import { authenticated, MASTERS } from '../../auth/user.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { toStatusError } from '../answers/faults.ts';
import { StatusError } from '../answers/status-error.ts';
import { type ApiCore, tableOf, timeText } from '../core.ts';
import type { WriteRequest } from '../write-request.ts';
import { DEFINITION_CLEANUP, DEFINITIONS, groupOf, isEstablished, reasonOf, withCondition } from './definition-state.ts';
import { deleteObject } from './delete.ts';

const USER = authenticated({ username: 'system:apiserver', groups: [MASTERS] });

/**
 * Keeps the catalogue in step with the stored definitions: accepts names, serves kinds, and empties a kind before its definition goes. Works on a microtask
 * after each write, one definition at a time.
 */
export class DefinitionDriver {
  readonly #core: ApiCore;
  readonly #pending = new Set<string>();
  #running = false;

  constructor(core: ApiCore) {
    this.#core = core;
  }

  start(): () => void {
    const table = this.#core.store.table(DEFINITIONS);
    for (const definition of table.values()) this.#enqueue(definition.metadata.name ?? '');
    const stops = [
      table.listen((event) => this.#enqueue(event.name)),
      // The last instance of a kind that is being removed lets its definition go.
      this.#core.store.onCommit((changed, event) => {
        if (event.type !== 'DELETED') return;
        const [group = '', plural = ''] = changed.key.split('/');
        const definition = table.get('', `${plural}.${group}`);
        if (definition?.metadata.deletionTimestamp !== undefined) this.#enqueue(definition.metadata.name ?? '');
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #enqueue(name: string): void {
    this.#pending.add(name);
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => void this.#drain());
  }

  async #drain(): Promise<void> {
    for (const name of this.#pending) {
      this.#pending.delete(name);
      try {
        await this.#sync(name);
      } catch (error) {
        this.#core.logger.error('a definition could not be served', { definition: name, error: toStatusError(error).message });
      }
    }
    this.#running = false;
  }

  async #sync(name: string): Promise<void> {
    const table = this.#core.store.table(DEFINITIONS);
    const definition = table.get('', name);
    if (definition === undefined) {
      this.#core.catalog.setDefinition(name, undefined);
      const group = name.slice(name.indexOf('.') + 1);
      for (const other of table.values())
        if (groupOf(other) === group && !isEstablished(other)) this.#pending.add(other.metadata.name ?? '');
      return;
    }
    if (definition.metadata.deletionTimestamp !== undefined) {
      await this.#terminate(definition);
      return;
    }
    const others = [...table.values()].filter((other) => other.metadata.name !== name && groupOf(other) === groupOf(definition));
    const status = this.#core.definitions.status(definition, others, this.#now());
    const current = status === undefined ? definition : this.#replace(definition, { ...definition, status });
    this.#core.catalog.setDefinition(name, isEstablished(current) ? this.#core.definitions.compile(current) : undefined);
    // A name that is free again may be what another definition waits for.
    if (status !== undefined) for (const other of others) if (!isEstablished(other)) this.#pending.add(other.metadata.name ?? '');
  }

  /** Deletes what is left of the kind; once nothing is, the definition's finalizer goes. */
  async #terminate(definition: KubeObject): Promise<void> {
    if (!(definition.metadata.finalizers ?? []).includes(DEFINITION_CLEANUP)) return;
    const name = definition.metadata.name ?? '';
    const storage = this.#core.catalog.definition(name)?.storage;
    let current = definition;
    if (reasonOf(current, 'Terminating') !== 'InstanceDeletionInProgress') {
      current = this.#condition(current, 'True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress');
    }
    if (storage !== undefined && (await this.#deleteInstances(storage)) > 0) return;
    const live = this.#core.store.table(DEFINITIONS).get('', name);
    if (live === undefined) return;
    const done = this.#condition(live, 'False', 'InstanceDeletionCompleted', 'removed all instances');
    const finalizers = (done.metadata.finalizers ?? []).filter((finalizer) => finalizer !== DEFINITION_CLEANUP);
    if (finalizers.length === 0) this.#core.store.remove(this.#core.store.table(DEFINITIONS), done);
    else this.#replace(done, { ...done, metadata: { ...done.metadata, finalizers } });
  }

  /** How many are left. */
  async #deleteInstances(type: TypeInfo): Promise<number> {
    const table = tableOf(this.#core, type);
    for (const object of [...table.values()]) {
      if (object.metadata.deletionTimestamp !== undefined) continue;
      try {
        await deleteObject(this.#core, deletion(type, object), { propagation: 'Background' });
      } catch (error) {
        if (!(error instanceof StatusError && error.reason === 'NotFound')) throw error;
      }
    }
    return table.count;
  }

  #condition(definition: KubeObject, status: 'True' | 'False', reason: string, message: string): KubeObject {
    return this.#replace(
      definition,
      withCondition(definition, { type: 'Terminating', status, lastTransitionTime: this.#now(), reason, message }),
    );
  }

  /** Stores what the API server itself says of a definition, as its manager of the status. */
  #replace(previous: KubeObject, next: KubeObject): KubeObject {
    const copy = { ...next, metadata: { ...next.metadata } };
    const type = this.#core.catalog.storageType(DEFINITIONS);
    const tracked =
      type === undefined
        ? copy
        : this.#core.managedFields.update(type, previous, copy, {
            manager: 'kube-apiserver',
            subresource: 'status',
            time: this.#now(),
            typeOf: (apiVersion) => this.#core.catalog.findKind(apiVersion, type.kind),
          });
    return this.#core.store.replace(this.#core.store.table(DEFINITIONS), previous, tracked);
  }

  #now(): string {
    return timeText(this.#core.clock.now());
  }
}

function deletion(type: TypeInfo, object: KubeObject): WriteRequest {
  return {
    type,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    subresource: '',
    user: USER,
    fieldManager: 'apiserver',
    dryRun: false,
    options: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1' },
    warnings: [],
  };
}
