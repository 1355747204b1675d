import { KubeError } from '@caretaker/kube';

/** Codes never change meaning; docs/reference/errors.md has a line for each. */
export type AutopilotErrorCode =
  /** assets/catalog.yaml, an asset file or a tombstone file is not what its schema says. */
  | 'CatalogInvalid'
  /** A template could not be evaluated, or its output is no single Kubernetes object. */
  | 'RenderFailed'
  /** An asset could not be brought into its golden state; the cause says why. */
  | 'AssetFailed'
  /** An obsolete object could not be deleted. */
  | 'TombstoneFailed'
  /** A flag of the command line cannot be used. */
  | 'UsageInvalid';

export class AutopilotError extends KubeError {
  constructor(code: AutopilotErrorCode, message: string, options: ConstructorParameters<typeof KubeError>[2] = {}) {
    super(code, message, options);
    this.name = 'AutopilotError';
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
