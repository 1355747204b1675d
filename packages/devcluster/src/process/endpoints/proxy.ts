import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { KubeObject } from '@caretaker/kube';
import { StatusError } from '../../server/answers/status-error.ts';
import type { ConnectAnswer, ConnectHandler, ConnectRequest } from '../../server/contract.ts';
import { nameOf, namespaceOf } from '../../workloads/machinery/objects.ts';
import { integer, items, text } from '../../workloads/machinery/read.ts';
import { serviceBackend } from '../network.ts';
import type { ProcessPods } from '../process-pods.ts';
import { badRequest } from './container.ts';

interface Target {
  secure: boolean;
  host: string;
  port: number;
}

/** Scheme and port of a name in a proxy's path: `web`, `web:80`, `https:web:metrics`. */
export function parseProxyName(name: string): { secure: boolean; port: string } {
  const parts = name.split(':');
  return parts.length > 2 ? { secure: parts[0] === 'https', port: parts[2] ?? '' } : { secure: false, port: parts[1] ?? '' };
}

/** pods/NAME:PORT/proxy/PATH. */
export function podProxy(processes: ProcessPods | undefined): ConnectHandler {
  return (request, pod) => {
    const { secure, port } = parseProxyName(request.name ?? '');
    const held = processes?.find(pod);
    if (text(pod, 'status', 'podIP') === '') throw badRequest('address not allowed');
    if (!held) throw badRequest(`pod ${nameOf(pod)} is simulated: nothing listens in it`);
    return forward(request, { secure, host: held.ip, port: containerPort(pod, port) });
  };
}

function containerPort(pod: KubeObject, port: string): number {
  if (/^\d+$/.test(port)) return Number(port);
  const ports = items(pod, 'spec', 'containers').flatMap((container) => items(container, 'ports'));
  const found = port === '' ? ports[0] : ports.find((one) => text(one, 'name') === port);
  return integer(found, 'containerPort') ?? 80;
}

/** services/NAME:PORT/proxy/PATH: to a ready pod behind the Service. */
export function serviceProxy(processes: ProcessPods | undefined): ConnectHandler {
  return (request, service) => {
    const { secure, port } = parseProxyName(request.name ?? '');
    const ports = items(service, 'spec', 'ports');
    const chosen =
      ports.find((one) => text(one, 'name') === port || String(integer(one, 'port')) === port) ?? (port === '' ? ports[0] : undefined);
    const number = integer(chosen, 'port');
    if (number === undefined && port !== '')
      throw new StatusError(503, 'ServiceUnavailable', `no service port ${port} found for service "${nameOf(service)}"`);
    const name = `${nameOf(service)}.${namespaceOf(service)}`;
    const backend = processes?.begun && number !== undefined ? serviceBackend(processes, name, number, namespaceOf(service)) : undefined;
    if (!backend) throw new StatusError(503, 'ServiceUnavailable', `no endpoints available for service "${nameOf(service)}"`);
    return forward(request, { secure, ...backend });
  };
}

const HOP_BY_HOP = new Set([
  'host',
  'connection',
  'authorization',
  'accept-encoding',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
]);

/** Carries a request to a pod and its answer back. The credentials of the client stay here. */
function forward(request: ConnectRequest, { secure, host, port }: Target): Promise<ConnectAnswer> {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name)));
  const query = request.query.toString();
  const send = secure ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send({
      host,
      port,
      method: request.method,
      path: `/${request.rest}${query ? `?${query}` : ''}`,
      headers,
      signal: request.signal,
      ...(secure ? { rejectUnauthorized: false } : {}),
    });
    outgoing.once('response', (answer: IncomingMessage) => {
      const type = answer.headers['content-type'];
      resolve({ status: answer.statusCode ?? 502, headers: type === undefined ? {} : { 'content-type': type }, body: answer });
    });
    outgoing.once('error', (error) => {
      reject(new StatusError(503, 'ServiceUnavailable', `error trying to reach service: dial tcp ${host}:${port}: ${error.message}`));
    });
    outgoing.end(request.body);
  });
}
