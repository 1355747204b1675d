import type { KubeObject } from '@caretaker/kube';
import { defaultNamespace } from '../names.ts';
import { detectHardware, type Hardware } from './hardware.ts';
import { detectTopology, type Topology } from './topology.ts';

/** What the caches hold of the cluster, as far as every asset may depend on it. */
export interface Observed {
  hco: KubeObject;
  nodes: readonly KubeObject[];
  infrastructure: KubeObject | undefined;
  scheduler: KubeObject | undefined;
  images: Readonly<Record<string, string>>;
}

/** The facts that conditions and templates are evaluated on. */
export interface Context {
  hco: KubeObject;
  hardware: Hardware;
  topology: Topology;
  images: Readonly<Record<string, string>>;
}

export function buildContext(observed: Observed): Context {
  return {
    hco: observed.hco,
    hardware: detectHardware(observed.nodes),
    topology: detectTopology(observed.nodes, observed.infrastructure, observed.scheduler),
    images: observed.images,
  };
}

function hyperConvergedNamespace(hco: KubeObject): string {
  return hco.metadata.namespace ?? defaultNamespace;
}

/** The dot of a template: the ancestor's names, so that an asset written for it works unchanged. */
export function templateData(context: Context, params: Readonly<Record<string, string>>): Record<string, unknown> {
  const { hco } = context;
  const namespace = hyperConvergedNamespace(hco);
  return {
    HCO: { Object: withoutManagedFields(hco), GetNamespace: namespace, GetName: hco.metadata.name ?? '' },
    Hardware: capitalized(context.hardware),
    Topology: capitalized(context.topology),
    Images: context.images,
    Params: params,
  };
}

function withoutManagedFields(hco: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = hco.metadata;
  return { ...hco, metadata };
}

/** `pciDevicesPresent` becomes `PCIDevicesPresent`, `isHCP` becomes `IsHCP`: Go's exported names. */
function capitalized(facts: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name.replace(/^(pci|numa|vfio|usb|gpu)(?=[A-Z])/, (word) => word.toUpperCase()).replace(/^[a-z]/, (letter) => letter.toUpperCase()),
      value,
    ]),
  );
}
