import type { KubeObject } from '@caretaker/kube';
import { UserError } from '../errors.ts';
import type { Connection } from './connect.ts';
import { loadManifests } from './manifests.ts';

/** Field manager of what the demo applies. */
const manager = 'caretaker-dev';

/** Applies objects in the given order; what follows a definition may be of its kind, so the definition is waited for. */
export async function applyAll(connection: Connection, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    await connection.client.apply(object, { fieldManager: manager, force: true });
    if (object.kind === 'CustomResourceDefinition') await established(connection, object);
  }
}

/** A definition is served a moment after it was accepted (condition Established). */
async function established({ client, discovery }: Connection, definition: KubeObject): Promise<void> {
  const ref = { apiVersion: definition.apiVersion, kind: definition.kind, name: definition.metadata.name ?? '' };
  for (let look = 0; look < 200; look++) {
    if (JSON.stringify((await client.get(ref))['status'] ?? '').includes('"type":"Established"')) {
      discovery.invalidate();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new UserError('NotEstablished', `the definition ${ref.name} is not served after 5 s`, `kubectl describe crd ${ref.name}`);
}

/** How a Deployment of config/ runs as a local process: annotation `devcluster.caretaker.dev/command` (a JSON list). */
export interface ProcessCommand {
  /** Name of the Deployment. */
  deployment: string;
  command: readonly string[];
  /** Appended to the container's own. */
  args?: readonly string[];
}

/** config/ with the operator's Deployment made to run from this checkout. */
export function installation(folder: string, run: ProcessCommand): KubeObject[] {
  return loadManifests(folder).map((object) =>
    object.kind === 'Deployment' && object.metadata.name === run.deployment ? asProcess(object, run) : object,
  );
}

/**
 * Pods that are processes share the machine's ports, so each binds to an address of its own: `:8080` becomes `$(POD_IP):8080`.
 */
function asProcess(deployment: KubeObject, { command, args: more = [] }: ProcessCommand): KubeObject {
  const copy = structuredClone(deployment);
  copy.metadata.annotations = { ...copy.metadata.annotations, 'devcluster.caretaker.dev/command': JSON.stringify(command) };
  for (const container of containersOf(copy)) {
    const args: unknown = Reflect.get(container, 'args');
    const env: unknown = Reflect.get(container, 'env');
    Reflect.set(container, 'args', [...(Array.isArray(args) ? args : []), ...more].map(bindToPod));
    Reflect.set(container, 'env', [podIp, ...(Array.isArray(env) ? env : [])]);
  }
  return copy;
}

const podIp = { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };

const bindToPod = (argument: unknown): unknown =>
  typeof argument === 'string' ? argument.replace(/^(--[a-z-]+-bind-address=):/, '$1$(POD_IP):') : argument;

function containersOf(deployment: KubeObject): object[] {
  const found: unknown = ['spec', 'template', 'spec', 'containers'].reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    deployment,
  );
  return Array.isArray(found) ? found.filter((entry): entry is object => typeof entry === 'object' && entry !== null) : [];
}
