import type { KubeClient, KubeObject } from '@caretaker/kube';
import { loadManifests } from './manifests.ts';

/** Field manager of what the demo applies. */
const manager = 'caretaker-dev';

/** Applies objects in the given order, definitions and namespaces as they come; a kind that is not served yet is tried again. */
export async function applyAll(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) await client.apply(object, { fieldManager: manager, force: true });
}

/** How a Deployment of config/ runs as a local process: annotation `devcluster.caretaker.dev/command` (a JSON list). */
export interface ProcessCommand {
  /** Name of the Deployment. */
  deployment: string;
  command: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** config/ with the operator's Deployment made to run from this checkout. */
export function installation(folder: string, run: ProcessCommand): KubeObject[] {
  return loadManifests(folder).map((object) =>
    object.kind === 'Deployment' && object.metadata.name === run.deployment ? asProcess(object, run) : object,
  );
}

function asProcess(deployment: KubeObject, run: ProcessCommand): KubeObject {
  const copy = structuredClone(deployment);
  copy.metadata.annotations = { ...copy.metadata.annotations, 'devcluster.caretaker.dev/command': JSON.stringify(run.command) };
  return copy;
}
