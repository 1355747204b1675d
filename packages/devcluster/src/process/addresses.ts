import type { Random } from '@caretaker/kube';

/**
 * Addresses of process pods. On Linux all of 127.0.0.0/8 is this machine, so each pod gets an address of its own and two pods can listen on the same
 * port when they bind to $(POD_IP). Elsewhere only 127.0.0.1 exists and pods share it.
 */
export class LoopbackAddresses {
  readonly #shared: boolean;
  readonly #prefix: string;
  readonly #taken = new Set<string>();
  #next = 0;

  constructor(random: Random, platform: NodeJS.Platform = process.platform) {
    this.#shared = platform !== 'linux';
    // A random part keeps two clusters on one machine apart.
    this.#prefix = `127.${16 + Math.floor(random.next() * 220)}.${Math.floor(random.next() * 250)}`;
  }

  allocate(): string {
    if (this.#shared) return '127.0.0.1';
    for (let tries = 0; tries < 253; tries += 1) {
      this.#next = (this.#next % 253) + 1;
      const address = `${this.#prefix}.${this.#next}`;
      if (this.#taken.has(address)) continue;
      this.#taken.add(address);
      return address;
    }
    throw new Error('all loopback addresses of process pods are taken');
  }

  release(address: string): void {
    this.#taken.delete(address);
  }
}
