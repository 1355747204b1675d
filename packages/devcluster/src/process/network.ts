import { targetPort } from '../workloads/endpoints/backends.ts';
import { POD, SERVICE } from '../workloads/machinery/kinds.ts';
import { labelsOf, nameOf, namespaceOf } from '../workloads/machinery/objects.ts';
import { isReady } from '../workloads/machinery/pods.ts';
import { at, fields, integer, items, text } from '../workloads/machinery/read.ts';
import { mapSelector } from '../workloads/machinery/selector.ts';
import { LocalhostProxy } from './localhost-proxy.ts';
import type { ProcessPod } from './process-pod.ts';
import type { ProcessPods } from './process-pods.ts';

/** Variables that give a command in a pod the pod's view of the network: `localhost` and cluster names go through its proxy. */
export async function networkEnvironment(processes: ProcessPods | undefined, held: ProcessPod): Promise<Record<string, string>> {
  if (!processes) return {};
  held.proxy ??= LocalhostProxy.listen(held.ip, (host, port) => resolve(processes, held, host, port));
  const { url } = await held.proxy;
  return { http_proxy: url, HTTP_PROXY: url, no_proxy: '', NO_PROXY: '' };
}

function resolve(processes: ProcessPods, held: ProcessPod, host: string, port: number): { host: string; port: number } | undefined {
  if (host === 'localhost' || host === '127.0.0.1' || host === '::1' || host === nameOf(held.pod)) return { host: held.ip, port };
  return serviceBackend(processes, host, port, namespaceOf(held.pod));
}

/** A ready process pod behind a Service, named as cluster DNS names it or by its address. */
export function serviceBackend(
  processes: ProcessPods,
  host: string,
  port: number,
  namespace: string,
): { host: string; port: number } | undefined {
  const { api } = processes;
  const [name = '', inNamespace = namespace, svc] = host.split('.');
  if (svc !== undefined && svc !== 'svc' && !/^\d+$/.test(svc)) return undefined;
  const service =
    api.peek({ ...SERVICE, namespace: inNamespace, name }) ?? api.list(SERVICE).find((one) => text(one, 'spec', 'clusterIP') === host);
  if (!service) return undefined;
  const servicePort = items(service, 'spec', 'ports').find((one) => integer(one, 'port') === port);
  const matches = mapSelector(fields(service, 'spec', 'selector'));
  const pod = api
    .list(POD, { namespace: namespaceOf(service) })
    .find((one) => matches(labelsOf(one)) && isReady(one) && processes.find(one) !== undefined);
  const address = pod && processes.find(pod)?.ip;
  if (!pod || !address) return undefined;
  const target = targetPort(at(servicePort, 'targetPort') ?? port, text(servicePort, 'protocol') || 'TCP', pod);
  return { host: address, port: target ?? port };
}
