import { parseJson, retryAfterSeconds, statusOf } from '../client/status.ts';
import { deadline } from '../clock/deadline.ts';
import { ApiError } from '../errors/api-error.ts';
import { TransportError } from '../errors/transport-error.ts';
import { textAt } from '../json/read.ts';
import { transportFailure } from '../transport/failure.ts';
import type { Clock } from '../types/clock.ts';
import type { ApiResource } from '../types/discovery.ts';
import type { Transport } from '../types/transport.ts';
import { readAggregated } from './read-aggregated.ts';
import { readGroupVersions, readResourceList } from './read-legacy.ts';

const aggregated = ['v2', 'v2beta1'].map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`);
const accept = [...aggregated, 'application/json'].join(',');
const timeoutMs = 30_000;

interface Document {
  status: number;
  body: unknown;
  etag: string | undefined;
}

/** One half of discovery (`/api` or `/apis`) as last read. */
export interface DiscoveryHalf {
  etag: string | undefined;
  resources: readonly ApiResource[];
}

/** Reads all kinds of one root, or returns `last` when the server says that nothing has changed since. */
export async function fetchHalf(
  context: { transport: Transport; clock: Clock; userAgent: string },
  root: '/api' | '/apis',
  last: DiscoveryHalf | undefined,
): Promise<DiscoveryHalf> {
  const document = await getDocument(context, root, last?.etag);
  if (document.status === 304 && last !== undefined) return last;
  if (textAt(document.body, 'kind') === 'APIGroupDiscoveryList') return { etag: document.etag, resources: readAggregated(document.body) };
  const resources: ApiResource[] = [];
  for (const apiVersion of readGroupVersions(document.body)) {
    const list = await getDocument(context, `${root}/${apiVersion}`, undefined);
    resources.push(...readResourceList(list.body, apiVersion));
  }
  return { etag: undefined, resources };
}

async function getDocument(
  context: { transport: Transport; clock: Clock; userAgent: string },
  path: string,
  etag: string | undefined,
): Promise<Document> {
  const limit = deadline(context.clock, timeoutMs, () => new TransportError('timeout', `no answer to GET ${path}`));
  try {
    const headers = { accept, 'user-agent': context.userAgent, ...(etag === undefined ? {} : { 'if-none-match': etag }) };
    const response = await context.transport.send({ method: 'GET', path, headers, signal: limit.signal, lane: 'request' });
    const text = await response.text();
    if (response.status >= 400) {
      throw new ApiError(statusOf(response.status, text, retryAfterSeconds(response.headers)), { method: 'GET', path });
    }
    return { status: response.status, body: parseJson(text), etag: textAt(response.headers, 'etag') };
  } catch (thrown) {
    throw transportFailure(thrown, limit.signal);
  } finally {
    limit.clear();
  }
}
