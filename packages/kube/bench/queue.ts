import { systemClock as clock, createController, systemRandom as random, silentLogger } from '@caretaker/kube';
import type { Row } from './table.ts';

const keys = 100_000;

/** Passes a second of a controller whose reconcile does nothing: what the queue itself costs. */
export async function benchQueue(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const concurrency of [1, 10, 50]) {
    let passes = 0;
    const done = Promise.withResolvers<void>();
    const reconcile = async (): Promise<undefined> => {
      if (++passes === keys) done.resolve();
      return undefined;
    };
    const controller = createController({ name: 'bench', concurrency, reconcile }, { clock, random, logger: silentLogger });
    const start = performance.now();
    for (let number = 0; number < keys; number++) controller.queue.add(`ns/key-${number}`, number % 2 === 0 ? 'resync' : 'change');
    const added = performance.now();
    controller.start();
    await done.promise;
    const seconds = (performance.now() - added) / 1000;
    rows.push({ workers: concurrency, keys, 'adds per s': keys / ((added - start) / 1000), 'passes per s': keys / seconds });
    await controller.stop(0);
  }
  return rows;
}
