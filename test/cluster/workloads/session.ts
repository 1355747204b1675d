/** One server as a script of test/cluster/workloads sees it: a namespace of its own, and waiting for what controllers do. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../../packages/devcluster/test/differential/normalise.ts';
import { Client } from '../differential/client.ts';
import type { Json, JsonObject } from '../differential/shapes.ts';
import { normalised } from './normal.ts';

/** Paths of collections by the short name that scripts use. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  pods: '/api/v1',
  services: '/api/v1',
  endpoints: '/api/v1',
  events: '/api/v1',
  configmaps: '/api/v1',
  secrets: '/api/v1',
  serviceaccounts: '/api/v1',
  limitranges: '/api/v1',
  resourcequotas: '/api/v1',
  persistentvolumeclaims: '/api/v1',
  deployments: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  statefulsets: '/apis/apps/v1',
  daemonsets: '/apis/apps/v1',
  controllerrevisions: '/apis/apps/v1',
  jobs: '/apis/batch/v1',
  cronjobs: '/apis/batch/v1',
  endpointslices: '/apis/discovery.k8s.io/v1',
  poddisruptionbudgets: '/apis/policy/v1',
  horizontalpodautoscalers: '/apis/autoscaling/v2',
};

type Method = 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';

const DEADLINE_MS = Number(process.env['CARETAKER_SCRIPT_DEADLINE_MS'] ?? 40_000);
const POLL_MS = 150;
/** So long nothing may change before a script looks. */
const QUIET_MS = 900;
/** So long a place that is as wanted may not change before a script goes on: a controller's own status write must not meet the script's next one. */
const SETTLED_MS = 450;

export class Session {
  readonly namespace: string;
  readonly #client: Client;

  constructor(base: string, token: string, namespace: string) {
    this.#client = new Client(base, token);
    this.namespace = namespace;
  }

  async begin(): Promise<void> {
    await this.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } });
    await this.until('serviceaccounts/default', () => true);
  }

  async end(): Promise<void> {
    await this.send('DELETE', `/api/v1/namespaces/${this.namespace}`);
    this.#client.close();
  }

  /** `deployments/web`, `deployments/web/scale`, or an absolute path. */
  path(place: string): string {
    if (place.startsWith('/')) return place;
    const [collection = '', ...rest] = place.split('/');
    return [`${COLLECTIONS[collection]}/namespaces/${this.namespace}`, collection, ...rest].join('/');
  }

  send(method: Method, place: string, body?: Json, contentType?: string): Promise<Answer> {
    return this.#client.send({
      method,
      path: this.path(place),
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
    });
  }

  /** Throws when the server refuses. */
  async must(method: Method, place: string, body?: Json, contentType?: string): Promise<JsonObject> {
    const answer = await this.send(method, place, body, contentType);
    if (answer.status >= 300) throw new Error(`${method} ${place}: ${JSON.stringify(answer.body)}`);
    return answer.body as JsonObject;
  }

  create(collection: string, object: JsonObject): Promise<JsonObject> {
    return this.must('POST', collection, object);
  }

  patch(place: string, body: JsonObject): Promise<JsonObject> {
    return this.must('PATCH', place, body, 'application/merge-patch+json');
  }

  delete(place: string, options?: JsonObject): Promise<JsonObject> {
    return this.must('DELETE', place, options);
  }

  async list(collection: string): Promise<JsonObject[]> {
    return ((await this.must('GET', collection))['items'] ?? []) as JsonObject[];
  }

  /** Waits until an object (or a collection's items, when the place names none) is as wanted and stays as it is for a moment. */
  async until(place: string, holds: (seen: JsonObject & { items: JsonObject[] }) => boolean): Promise<JsonObject> {
    const deadline = Date.now() + DEADLINE_MS;
    let last: Json = null;
    let since = 0;
    for (let text = ''; Date.now() < deadline; await sleep(POLL_MS)) {
      const answer = await this.send('GET', place);
      last = answer.body;
      if (answer.status >= 300 || !holds(answer.body as JsonObject & { items: JsonObject[] })) {
        text = '';
        continue;
      }
      const { metadata, ...seen } = answer.body as JsonObject;
      // The version of a list moves with every other object.
      const next = JSON.stringify('items' in seen ? seen : [metadata, seen]);
      if (next !== text) since = Date.now();
      text = next;
      if (Date.now() - since >= SETTLED_MS) return answer.body as JsonObject;
    }
    throw new Error(`${place} did not become as wanted: ${JSON.stringify(last).slice(0, 3000)}`);
  }

  async gone(place: string): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (Date.now() < deadline) {
      if ((await this.send('GET', place)).status === 404) return;
      await sleep(POLL_MS);
    }
    throw new Error(`${place} did not go`);
  }

  /** What these collections hold once nothing has changed for a moment, with what differs from run to run taken out. */
  async see(...collections: string[]): Promise<unknown> {
    const look = async (): Promise<Record<string, JsonObject[]>> =>
      Object.fromEntries(await Promise.all(collections.map(async (name) => [name, await this.list(name)] as const)));
    let seen = await look();
    let since = Date.now();
    while (Date.now() - since < QUIET_MS) {
      await sleep(POLL_MS);
      const next = await look();
      if (JSON.stringify(next) !== JSON.stringify(seen)) since = Date.now();
      seen = next;
    }
    return normalised(seen, this.namespace);
  }
}
