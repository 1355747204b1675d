import type { KubeObject, TransportRequest } from '@caretaker/kube';
import { type FakeAnswer, FakeStream, FakeTransport } from '@caretaker/kube/testing';

export function pod(name: string, resourceVersion: string, uid = `uid-${name}`): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'n', uid, resourceVersion } };
}

export function initialEventsEnd(resourceVersion: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } } };
}

export function bookmark(resourceVersion: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion } };
}

export function status(code: number, reason: string, message = reason): FakeAnswer {
  return { status: code, body: { kind: 'Status', code, reason, message } };
}

/** A server whose watches a test feeds. What it answers to the next request can be put in front with `next`. */
export class FakeServer {
  readonly transport = new FakeTransport((request) => this.#answer(request));
  readonly streams: FakeStream[] = [];
  readonly #next: (FakeAnswer | Error)[] = [];

  /** Answers for the requests to come; when they are used up, watches open and lists are empty. */
  next(...answers: (FakeAnswer | Error)[]): void {
    this.#next.push(...answers);
  }

  /** The stream of the watch opened last. */
  get stream(): FakeStream {
    const last = this.streams.at(-1);
    if (last === undefined) throw new Error('no watch is open');
    return last;
  }

  /** Queries of all requests so far. */
  get queries(): URLSearchParams[] {
    return this.transport.requests.map((request) => new URL(request.path, 'http://host').searchParams);
  }

  #answer(request: TransportRequest): FakeAnswer {
    const next = this.#next.shift();
    if (next instanceof Error) throw next;
    if (next !== undefined) return next;
    if (request.path.includes('watch=true')) {
      const stream = new FakeStream();
      this.streams.push(stream);
      return { body: stream };
    }
    return { body: { metadata: { resourceVersion: '1' }, items: [] } };
  }
}
