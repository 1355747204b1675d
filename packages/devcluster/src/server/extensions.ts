import type { ConnectHandler, ServerExtensions, SubresourceHandler, VirtualResource } from './contract.ts';

/** What was plugged into the server. */
export class ExtensionRegistry implements ServerExtensions {
  readonly #connects = new Map<string, ConnectHandler>();
  readonly #subresources = new Map<string, SubresourceHandler>();
  readonly #virtual = new Map<string, VirtualResource>();
  #generation = 0;

  /** Rises when virtual resources change: discovery goes by it. */
  get generation(): number {
    return this.#generation;
  }

  registerConnect(resource: string, subresource: string, handler: ConnectHandler): void {
    this.#connects.set(`${resource}/${subresource}`, handler);
  }

  registerSubresource(group: string, resource: string, subresource: string, handler: SubresourceHandler): void {
    this.#subresources.set(`${group}/${resource}/${subresource}`, handler);
  }

  registerVirtual(resource: VirtualResource): void {
    this.#virtual.set(`${resource.group}/${resource.version}/${resource.plural}`, resource);
    this.#generation += 1;
  }

  connect(resource: string, subresource: string): ConnectHandler | undefined {
    return this.#connects.get(`${resource}/${subresource}`);
  }

  subresource(group: string, resource: string, subresource: string): SubresourceHandler | undefined {
    return this.#subresources.get(`${group}/${resource}/${subresource}`);
  }

  virtual(group: string, version: string, plural: string): VirtualResource | undefined {
    return this.#virtual.get(`${group}/${version}/${plural}`);
  }

  virtuals(): readonly VirtualResource[] {
    return [...this.#virtual.values()];
  }
}
