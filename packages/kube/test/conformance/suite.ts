import { after, before, describe, type TestContext, test } from 'node:test';
import { isNotFound, type Transport } from '@caretaker/kube';
import { clientTests } from './client-tests.ts';
import { informerTests } from './informer-tests.ts';
import { runtimeTests } from './runtime-tests.ts';
import { type Bench, type ConformanceTarget, createBench } from './target.ts';

export type ConformanceTest = (bench: Bench, context: TestContext) => Promise<void>;

/** Longest time for one test, milliseconds. */
const timeout = 60_000;

/** What the runtime needs from an API server and does with it. Runs against devcluster and against a real kube-apiserver alike. */
export function runtimeConformance(target: ConformanceTarget): void {
  describe(`the runtime against ${target.name}`, () => {
    let transport: Transport | undefined;
    before(async () => {
      transport = await target.connect();
    });
    after(async () => {
      await transport?.close();
      await target.close();
    });
    let number = 0;
    for (const [name, run] of Object.entries({ ...clientTests, ...informerTests, ...runtimeTests })) {
      const namespace = `conformance-${++number}`;
      test(name, { timeout }, async (context) => {
        if (transport === undefined) throw new Error('not connected');
        const bench = createBench(transport, namespace);
        const metadata = { name: namespace };
        await bench.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata });
        try {
          await run(bench, context);
        } finally {
          await bench.client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace }).catch((thrown: unknown) => {
            if (!isNotFound(thrown)) throw thrown;
          });
        }
      });
    }
  });
}
