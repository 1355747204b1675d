import type { JsonObject, KubeObject, Random } from '@caretaker/kube';
import type { FieldError } from '../../schema/contract.ts';
import { RequestFault } from '../../schema/contract.ts';
import type { ResourceTable } from '../../storage/resource-table.ts';
import { clusterIps } from '../../validation/network/service.ts';
import type { StatusCause } from '../answers/status-error.ts';
import { internalError, invalid } from '../answers/status-reasons.ts';
import type { WriteRequest } from '../write-request.ts';
import { deepEqual } from '../writes/deep-equal.ts';
import type { Allocator } from './contract.ts';
import { initIPFamilies } from './ip-families.ts';
import {
  clusterIPsOf,
  NONE,
  needsHealthCheckPort,
  needsNodePorts,
  nodePortsOf,
  portsOf,
  type ServiceSpec,
  specOf,
  textsOf,
  typeOf,
} from './service-spec.ts';
import { ValuePool } from './value-pool.ts';

/** 10.96.0.0/16, as kubeadm has it. */
const RANGE = { prefix: '10.96.', text: '10.96.0.0/16', ends: ['10.96.0.0', '10.96.255.255'] };
const PORTS = { first: 30_000, last: 32_767 };
const ATTEMPTS = 10_000;

/** Cluster IPs and node ports of Services. What is taken is what the stored Services hold. */
export function serviceAllocator(table: ResourceTable, random: Random): Allocator {
  const addresses = new ValuePool(table, (service) => clusterIPsOf(specOf(service)).filter((ip) => ip !== NONE));
  const ports = new ValuePool(table, (service) => nodePortsOf(specOf(service)));
  return {
    resource: '/services',
    allocate(request, service, live) {
      const next = specOf(service);
      const old = live === undefined ? undefined : specOf(live);
      if (request.subresource !== '') return;
      if (old !== undefined) keepAllocated(next, old);
      normalizeClusterIPs(next, old);
      const odd: FieldError[] = [];
      clusterIps(next, odd);
      refuse(request, service, odd);
      refuse(request, service, initIPFamilies(next, old));
      refuse(request, service, allocateAddresses(next, old, addresses, random, request.dryRun));
      refuse(request, service, allocatePorts(next, old, ports, random, request.dryRun));
    },
  };
}

function refuse(request: WriteRequest, service: KubeObject, causes: readonly StatusCause[]): void {
  if (causes.length > 0) throw invalid(request.type, service.metadata.name ?? '', causes);
}

/** clusterIP and clusterIPs[0] are one value; the one that the client changed wins. */
function normalizeClusterIPs(next: ServiceSpec, old: ServiceSpec | undefined): void {
  const one = typeof next['clusterIP'] === 'string' ? next['clusterIP'] : '';
  const many = textsOf(next['clusterIPs']);
  if (old === undefined) {
    if (one !== '' && many.length === 0) next['clusterIPs'] = [one];
    return;
  }
  const sameMany = deepEqual(next['clusterIPs'] ?? [], old['clusterIPs'] ?? []);
  if (one !== (old['clusterIP'] ?? '') && sameMany) {
    if (one === '') delete next['clusterIPs'];
    else next['clusterIPs'] = [one];
  } else if (
    !sameMany &&
    many.length === 0 &&
    one === (old['clusterIP'] ?? '') &&
    old['clusterIP'] !== undefined &&
    next['clusterIPs'] !== undefined
  ) {
    delete next['clusterIP'];
  }
}

/** A PUT that leaves out what was allocated keeps it. */
function keepAllocated(next: ServiceSpec, old: ServiceSpec): void {
  if (typeOf(next) !== 'ExternalName' && typeOf(old) !== 'ExternalName') {
    if (!next['clusterIP'] && old['clusterIP'] !== undefined) next['clusterIP'] = old['clusterIP'];
    if (textsOf(next['clusterIPs']).length === 0 && old['clusterIPs'] !== undefined)
      next['clusterIPs'] = structuredClone(old['clusterIPs']);
  }
  if (needsNodePorts(next) && needsNodePorts(old)) {
    const inBoth = new Set(nodePortsOf(old).filter((port) => nodePortsOf(next).includes(port)));
    const byName = new Map(portsOf(old).map((port) => [port['name'] ?? '', port['nodePort']]));
    for (const port of portsOf(next)) {
      if (port['nodePort']) continue;
      const before = byName.get(port['name'] ?? '');
      if (typeof before === 'number' && !inBoth.has(before)) port['nodePort'] = before;
    }
  }
  if (needsHealthCheckPort(next) && needsHealthCheckPort(old) && !next['healthCheckNodePort'] && old['healthCheckNodePort']) {
    next['healthCheckNodePort'] = old['healthCheckNodePort'];
  }
}

function allocateAddresses(
  next: ServiceSpec,
  old: ServiceSpec | undefined,
  pool: ValuePool<string>,
  random: Random,
  dryRun: boolean,
): StatusCause[] {
  if (typeOf(next) === 'ExternalName') return [];
  const wanted = clusterIPsOf(next);
  if (wanted[0] === NONE) {
    next['clusterIPs'] = [NONE];
    return [];
  }
  if (old !== undefined && clusterIPsOf(old).length > 0) return [];
  const asked = wanted[0];
  if (asked === undefined) {
    const ip = freeAddress(pool, random);
    next['clusterIP'] = ip;
    next['clusterIPs'] = [ip];
    return [];
  }
  const problem = addressProblem(asked, pool, dryRun);
  next['clusterIP'] = asked;
  next['clusterIPs'] = wanted;
  if (problem === undefined) return [];
  const message = `Invalid value: ${JSON.stringify(wanted)}: failed to allocate IP ${asked}: ${problem}`;
  return [{ reason: 'FieldValueInvalid', message, field: 'spec.clusterIPs' }];
}

/** A dry run asks only whether the address could be given out at all. */
function addressProblem(ip: string, pool: ValuePool<string>, dryRun: boolean): string | undefined {
  // What is no address at all is for validation to say.
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(ip)) return undefined;
  const inRange = ip.startsWith(RANGE.prefix) && !RANGE.ends.includes(ip);
  if (dryRun) return inRange ? undefined : `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${RANGE.text}`;
  if (!inRange) return 'the provided network does not match the current range';
  return pool.has(ip) ? 'provided IP is already allocated' : undefined;
}

function freeAddress(pool: ValuePool<string>, random: Random): string {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const number = 256 + Math.floor(random.next() * (65_534 - 256));
    const ip = `${RANGE.prefix}${number >> 8}.${number & 255}`;
    if (!pool.has(ip)) return ip;
  }
  throw internalError('failed to allocate a serviceIP: range is full');
}

function allocatePorts(
  next: ServiceSpec,
  old: ServiceSpec | undefined,
  pool: ValuePool<number>,
  random: Random,
  dryRun: boolean,
): StatusCause[] {
  const type = typeOf(next);
  const own = new Set(old === undefined ? [] : nodePortsOf(old));
  const given = new Set<number>();
  if (type === 'NodePort' || type === 'LoadBalancer') {
    const causes = allocateServicePorts(next, { pool, random, own, given, shares: old === undefined, dryRun });
    if (causes.length > 0) return causes;
  }
  if (needsHealthCheckPort(next)) {
    const wanted = Number(next['healthCheckNodePort'] ?? 0);
    if (wanted === 0) next['healthCheckNodePort'] = freePort(pool, given, random);
    else if (!dryRun && wanted !== old?.['healthCheckNodePort']) {
      const problem = portProblem(wanted, pool, given);
      if (problem !== undefined) throw internalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${problem}`);
    }
  }
  return [];
}

interface PortAllocation {
  readonly pool: ValuePool<number>;
  readonly random: Random;
  /** Ports that the Service holds already. */
  readonly own: ReadonlySet<number>;
  /** Ports given out in this write. */
  readonly given: Set<number>;
  /** Whether one port under two protocols gets one node port: only when the service is new. */
  readonly shares: boolean;
  /** Any port will do. */
  readonly dryRun: boolean;
}

function allocateServicePorts(next: ServiceSpec, allocation: PortAllocation): StatusCause[] {
  const { pool, random, own, given, shares, dryRun } = allocation;
  const byPort = new Map<number, number>();
  const ports = portsOf(next);
  for (const [index, port] of ports.entries()) {
    const number = Number(port['port']);
    const asked = typeof port['nodePort'] === 'number' ? port['nodePort'] : 0;
    if (asked === 0 && !needsNodePorts(next)) continue;
    const shared = shares ? byPort.get(number) : undefined;
    const wanted = asked !== 0 ? asked : (shared ?? (shares ? requestedFor(number, ports) : 0));
    if (wanted === 0) {
      const free = freePort(pool, given, random);
      port['nodePort'] = free;
      byPort.set(number, free);
      continue;
    }
    const protocol = String(port['protocol'] ?? 'TCP');
    if (!shares && ports.slice(0, index).some((other) => other['nodePort'] === wanted && String(other['protocol'] ?? 'TCP') === protocol))
      throw new RequestFault({ code: 500, reason: '', message: `duplicate nodePort: {${protocol} ${wanted}}` });
    const problem = dryRun || wanted === shared || own.has(wanted) ? undefined : portProblem(wanted, pool, given);
    if (problem !== undefined) {
      return [{ reason: 'FieldValueInvalid', message: `Invalid value: ${wanted}: ${problem}`, field: `spec.ports[${index}].nodePort` }];
    }
    port['nodePort'] = wanted;
    given.add(wanted);
    byPort.set(number, wanted);
  }
  return [];
}

function requestedFor(port: number, ports: readonly JsonObject[]): number {
  const found = ports.find((each) => Number(each['port']) === port && typeof each['nodePort'] === 'number' && each['nodePort'] !== 0);
  return Number(found?.['nodePort'] ?? 0);
}

function portProblem(port: number, pool: ValuePool<number>, given: ReadonlySet<number>): string | undefined {
  if (port < PORTS.first || port > PORTS.last)
    return `provided port is not in the valid range. The range of valid ports is ${PORTS.first}-${PORTS.last}`;
  return pool.has(port) || given.has(port) ? 'provided port is already allocated' : undefined;
}

function freePort(pool: ValuePool<number>, given: Set<number>, random: Random): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = PORTS.first + Math.floor(random.next() * (PORTS.last - PORTS.first + 1));
    if (pool.has(port) || given.has(port)) continue;
    given.add(port);
    return port;
  }
  throw internalError('failed to allocate a nodePort: range is full');
}
