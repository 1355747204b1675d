import type { Transport } from '../types/transport.ts';
import type { Fence } from './fence.ts';

const reads = new Set(['GET', 'HEAD']);

/** A transport that sends writes only while the fence is open. Reads pass: a standby replica keeps its caches warm. */
export function fencedTransport(transport: Transport, fence: Fence): Transport {
  return {
    close: () => transport.close(),
    send: async (request) => {
      if (reads.has(request.method)) return transport.send(request);
      const controller = fence.enter();
      const { signal } = request;
      const onAbort = (): void => controller.abort(signal?.reason);
      if (signal?.aborted) onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        // A process may be stopped while the request waits for credentials or a connection: the fence is looked at once more when it leaves.
        const response = await transport.send({ ...request, signal: controller.signal, beforeSend: () => fence.check() });
        const text = await response.text();
        return { ...response, status: response.status, headers: response.headers, text: async () => text, chunks: () => once(text) };
      } finally {
        signal?.removeEventListener('abort', onAbort);
        fence.leave(controller);
      }
    },
  };
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
