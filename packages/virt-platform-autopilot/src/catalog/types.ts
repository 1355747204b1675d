import type { GroupVersionKind } from '@caretaker/kube';

/** When an asset is applied; all conditions of an asset must hold. */
export type Condition =
  /** An annotation of the HyperConverged equals `value`; without `value` it only has to exist. */
  | { type: 'annotation'; key: string; value?: string | undefined }
  /** A feature gate of the HyperConverged is enabled. */
  | { type: 'feature-gate'; value: string }
  /** Some node has it. */
  | { type: 'hardware-detection'; detector: Detector }
  /** RELATED_IMAGE_* names an image with this key. */
  | { type: 'image'; key: string }
  /** A field of the HyperConverged is absent, null or an empty map. */
  | { type: 'hco-field-unconfigured'; path: string }
  /** A boolean field of the topology is true, or false when `value` is `false`. */
  | { type: 'topology'; field: string; value?: string | undefined };

export const detectors = ['pciDevicesPresent', 'numaNodesPresent', 'vfioCapable', 'usbDevicesPresent', 'gpuPresent'] as const;
export type Detector = (typeof detectors)[number];

/** One entry under `assets`. */
export interface AssetEntry {
  /** Unique; what the allowlist, logs and the debug endpoints name. */
  name: string;
  /** Selects several assets at once in the allowlist. */
  group?: string | undefined;
  /** Below the assets folder. `.tpl` = Go template, else plain YAML; exactly one object. */
  path: string;
  /** 0 HyperConverged, 1 generally available, 2 technology preview, 3 experimental; for people. */
  phase: number;
  install: 'always' | 'opt-in';
  /** For people and the debug endpoints. */
  component: string;
  /** Ascending order of the first pass; 0 is the HyperConverged's. */
  reconcileOrder: number;
  conditions: readonly Condition[];
  /** Name of a further CRD that must exist; it is described under `crds`. */
  gateCrd?: string | undefined;
  /** Other API versions in which the object means the same, in order of preference; used when the one in the file is not served. */
  apiVersions: readonly string[];
  /** `.Params` of the template. */
  templateParams: Readonly<Record<string, string>>;
  /** 1-based line in the catalog, for messages. */
  line: number;
}

/** A kind that assets depend on and that a CRD brings: so that its absence can be told by its real names, which nobody can guess. */
export interface CrdEntry extends GroupVersionKind {
  /** `<plural>.<group>`. */
  name: string;
}

export interface FeatureEntry {
  name: string;
  description: string;
  maturity?: 'ga' | 'tp' | 'dp' | undefined;
  assets: readonly string[];
  groups: readonly string[];
  requires: readonly string[];
  recommended: readonly string[];
}

export interface Catalog {
  framework: { maturity: string; optIn?: string | undefined };
  assets: readonly AssetEntry[];
  crds: readonly CrdEntry[];
  /** Assets that no feature needs to list. */
  excludedAssets: readonly string[];
  features: readonly FeatureEntry[];
}
