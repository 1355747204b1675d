import type { ObjectRef, Transport } from '@caretaker/kube';
import type { ResourceCatalog } from '../../server/resource-catalog.ts';
import { integer, text } from '../machinery/read.ts';

/** The size of a scalable object. */
export interface Scale {
  replicas: number;
  /** Text form of the selector of its pods. */
  selector: string;
}

/** Reads and writes sizes through the subresource `scale`, as the real controller does: managedFields tell who scaled. */
export class ScaleClient {
  readonly #transport: Transport;
  readonly #catalog: ResourceCatalog;

  constructor(transport: Transport, catalog: ResourceCatalog) {
    this.#transport = transport;
    this.#catalog = catalog;
  }

  /** The scale, or why there is none. */
  async read(ref: ObjectRef): Promise<Scale | { problem: string }> {
    const path = this.#path(ref);
    if (path === undefined) return { problem: `no matches for kind "${ref.kind}" in group "${ref.apiVersion.split('/')[0] ?? ''}"` };
    const answer = await this.#transport.send({ method: 'GET', path, headers: { accept: 'application/json' } });
    const body: unknown = JSON.parse(await answer.text());
    if (answer.status !== 200) return { problem: text(body, 'message') };
    const selector = text(body, 'status', 'selector');
    if (selector === '') return { problem: 'the target has no selector' };
    return { replicas: integer(body, 'spec', 'replicas') ?? 0, selector };
  }

  /** Throws when the server refuses. */
  async write(ref: ObjectRef, replicas: number): Promise<void> {
    const answer = await this.#transport.send({
      method: 'PATCH',
      path: `${this.#path(ref) ?? ''}?fieldManager=kube-controller-manager`,
      headers: { accept: 'application/json', 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { replicas } }),
    });
    const body = await answer.text();
    if (answer.status !== 200) throw new Error(`scale not written: ${body}`);
  }

  #path(ref: ObjectRef): string | undefined {
    const type = this.#catalog.findKind(ref.apiVersion, ref.kind);
    if (type === undefined) return undefined;
    const group = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
    return `${group}/namespaces/${ref.namespace ?? ''}/${type.plural}/${ref.name}/scale`;
  }
}
