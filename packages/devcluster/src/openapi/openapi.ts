import type { ResourceCatalog } from '../server/resource-catalog.ts';

/** OpenAPI documents of what the cluster serves. */
export class OpenApi {
  readonly #catalog: ResourceCatalog;

  constructor(catalog: ResourceCatalog) {
    this.#catalog = catalog;
  }

  get generation(): number {
    return this.#catalog.generation;
  }
}
