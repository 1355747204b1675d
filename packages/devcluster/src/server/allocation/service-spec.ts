import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

export interface ServicePort extends JsonObject {
  port: number;
}

/** The parts of a Service's spec that hold allocated values; changed in place. */
export interface ServiceSpec extends JsonObject {}

export const NONE = 'None';

export function specOf(service: KubeObject): ServiceSpec {
  const spec = service['spec'];
  return spec !== null && typeof spec === 'object' && !Array.isArray(spec) ? (spec as ServiceSpec) : {};
}

export function typeOf(spec: ServiceSpec): ServiceType {
  const type = spec['type'];
  return type === 'NodePort' || type === 'LoadBalancer' || type === 'ExternalName' ? type : 'ClusterIP';
}

export function portsOf(spec: ServiceSpec): JsonObject[] {
  return Array.isArray(spec['ports']) ? (spec['ports'] as JsonObject[]) : [];
}

export function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export function clusterIPsOf(spec: ServiceSpec): string[] {
  const many = textsOf(spec['clusterIPs']);
  if (many.length > 0) return many;
  return typeof spec['clusterIP'] === 'string' && spec['clusterIP'] !== '' ? [spec['clusterIP']] : [];
}

export function nodePortsOf(spec: ServiceSpec): number[] {
  const ports = portsOf(spec).map((port) => port['nodePort']);
  return [...ports, spec['healthCheckNodePort']].filter((port): port is number => typeof port === 'number' && port !== 0);
}

export function needsNodePorts(spec: ServiceSpec): boolean {
  const type = typeOf(spec);
  return type === 'NodePort' || (type === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false);
}

export function needsHealthCheckPort(spec: ServiceSpec): boolean {
  return typeOf(spec) === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local';
}

export function hasSelector(spec: ServiceSpec): boolean {
  const selector = spec['selector'];
  return selector !== null && typeof selector === 'object' && Object.keys(selector).length > 0;
}
