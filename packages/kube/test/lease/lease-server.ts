import type { TransportRequest } from '@caretaker/kube';
import type { FakeAnswer } from '@caretaker/kube/testing';

interface StoredLease {
  metadata: { name: string; namespace: string; resourceVersion: string };
  spec: Record<string, unknown>;
}

/** One lease with optimistic locking. */
export class LeaseServer {
  lease: StoredLease | undefined;
  #version = 0;

  get spec(): Record<string, unknown> {
    return this.lease?.spec ?? {};
  }

  steal(holderIdentity: string): void {
    this.#store({ ...this.spec, holderIdentity });
  }

  answer(request: TransportRequest): FakeAnswer {
    const body = request.body === undefined ? undefined : JSON.parse(String(request.body));
    switch (request.method) {
      case 'GET':
        return this.lease === undefined ? refuse(404, 'NotFound') : this.#stored(200);
      case 'POST':
        if (this.lease !== undefined) return refuse(409, 'AlreadyExists');
        this.#store(body.spec);
        return this.#stored(201);
      default:
        if (this.lease === undefined) return refuse(404, 'NotFound');
        if (body.metadata.resourceVersion !== this.lease.metadata.resourceVersion) return refuse(409, 'Conflict');
        this.#store(body.spec);
        return this.#stored(200);
    }
  }

  #store(spec: Record<string, unknown>): void {
    this.lease = { metadata: { name: 'l', namespace: 'n', resourceVersion: String(++this.#version) }, spec };
  }

  #stored(status: number): FakeAnswer {
    return { status, body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...this.lease } };
  }
}

function refuse(code: number, reason: string): FakeAnswer {
  return { status: code, body: { kind: 'Status', code, reason, message: reason } };
}
