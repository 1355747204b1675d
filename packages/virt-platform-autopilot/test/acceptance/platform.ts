import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, isNotFound, type KubeObject, type ObjectRef, sleep, systemClock } from '@caretaker/kube';
import { parse, parseAllDocuments } from 'yaml';
import { isKubeObject, toJson } from '../../src/json.ts';
import { type RunningAutopilot, startAutopilot } from '../../src/start.ts';
import { FaultyTransport } from './faulty-transport.ts';
import type { World } from './world.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const crdFolder = join(root, 'packages', 'virt-platform-autopilot', 'testdata', 'crds');
const namespaces = ['openshift-cnv', 'openshift-kube-descheduler-operator', 'openshift-operators', 'openshift-mtv', 'metallb-system'];
const patienceMs = 30_000;

/** Every kind that a scenario may leave something of. */
const leftovers = [
  { apiVersion: 'v1', kind: 'Service', namespace: 'openshift-cnv' },
  { apiVersion: 'machineconfiguration.openshift.io/v1', kind: 'MachineConfig' },
  { apiVersion: 'machineconfiguration.openshift.io/v1', kind: 'KubeletConfig' },
  { apiVersion: 'operator.openshift.io/v1', kind: 'KubeDescheduler' },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule' },
  { apiVersion: 'perses.dev/v1alpha2', kind: 'PersesDashboard' },
  { apiVersion: 'observability.openshift.io/v1alpha1', kind: 'UIPlugin' },
  { apiVersion: 'forklift.konveyor.io/v1beta1', kind: 'ForkliftController' },
  { apiVersion: 'metallb.io/v1beta1', kind: 'MetalLB' },
  { apiVersion: 'remediation.medik8s.io/v1alpha1', kind: 'NodeHealthCheck' },
  { apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged' },
  { apiVersion: 'v1', kind: 'Event' },
];

export const hcoRef: ObjectRef = {
  apiVersion: 'hco.kubevirt.io/v1',
  kind: 'HyperConverged',
  namespace: 'openshift-cnv',
  name: 'kubevirt-hyperconverged',
};
export const refs = {
  service: { apiVersion: 'v1', kind: 'Service', namespace: 'openshift-cnv', name: 'virt-platform-autopilot-metrics' },
  serviceMonitor: {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    namespace: 'openshift-cnv',
    name: 'virt-platform-autopilot-metrics',
  },
  alerts: {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    namespace: 'openshift-cnv',
    name: 'virt-platform-autopilot-alerts',
  },
  swap: { apiVersion: 'machineconfiguration.openshift.io/v1', kind: 'MachineConfig', name: '90-worker-swap-online' },
  psi: { apiVersion: 'machineconfiguration.openshift.io/v1', kind: 'MachineConfig', name: '99-openshift-machineconfig-worker-psi-karg' },
  kubelet: { apiVersion: 'machineconfiguration.openshift.io/v1', kind: 'KubeletConfig', name: 'virt-perf-settings' },
  uiPlugin: { apiVersion: 'observability.openshift.io/v1alpha1', kind: 'UIPlugin', name: 'monitoring' },
  descheduler: {
    apiVersion: 'operator.openshift.io/v1',
    kind: 'KubeDescheduler',
    namespace: 'openshift-kube-descheduler-operator',
    name: 'cluster',
  },
  dashboard: { apiVersion: 'perses.dev/v1alpha2', kind: 'PersesDashboard', namespace: 'openshift-cnv', name: 'autopilot-asset-health' },
  metallb: { apiVersion: 'metallb.io/v1beta1', kind: 'MetalLB', namespace: 'metallb-system', name: 'metallb' },
} satisfies Record<string, ObjectRef>;

/** What a default HyperConverged makes of the fixtures: HyperConverged, Service, ServiceMonitor, alerts, two dashboards, UIPlugin, swap, psi, descheduler. */
export const defaultAssets = 10;

export function annotation(name: string): string {
  return `platform.kubevirt.io/${name}`;
}

/** One scenario's platform: a cleaned world and, once started, the operator on it. */
export class TestPlatform {
  readonly world: World;
  readonly logs: string[] = [];
  readonly transport: FaultyTransport;
  #running: RunningAutopilot | undefined;

  constructor(world: World) {
    this.world = world;
    this.transport = new FaultyTransport(world.operator());
  }

  get admin(): World['admin'] {
    return this.world.admin;
  }

  /** Fixtures in, leftovers out. */
  async prepare(without: readonly string[] = []): Promise<void> {
    for (const name of namespaces) await this.ensure({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const file of crdFiles()) if (!without.includes(file)) await this.installCrd(file);
    await this.settleKinds(without);
    for (const kind of leftovers) await this.#clean(kind);
    for (const file of without) await this.removeCrd(file);
    await this.applyRbac();
  }

  /** The operator's rights as they are shipped. */
  async applyRbac(): Promise<void> {
    const folder = join(root, 'config', 'virt-platform-autopilot', 'rbac');
    for (const file of readdirSync(folder)) {
      for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
        const object = toJson(document.toJS());
        assert.ok(isKubeObject(object));
        await this.admin.apply(object, { fieldManager: 'setup', force: true });
      }
    }
  }

  async createHco(annotations: Record<string, string> = {}, spec: Record<string, unknown> = {}): Promise<void> {
    await this.admin.create({
      apiVersion: hcoRef.apiVersion,
      kind: hcoRef.kind,
      metadata: { name: hcoRef.name, namespace: 'openshift-cnv', annotations },
      spec,
    });
  }

  async start(): Promise<void> {
    const logger = createLogger({ write: (line) => this.logs.push(line), clock: systemClock });
    this.#running = await startAutopilot({ transport: this.transport, logger });
  }

  /** HyperConverged, operator, and the golden state in place. */
  async startGolden(annotations: Record<string, string> = {}): Promise<void> {
    await this.createHco(annotations);
    await this.start();
    await this.allGolden();
  }

  async allGolden(count = defaultAssets): Promise<void> {
    await this.eventually(`${count} golden objects`, () => {
      const values = this.series('virt_platform_compliance_status').map((line) => line.value);
      assert.deepEqual(
        values,
        Array.from({ length: count }, () => 1),
        this.series('virt_platform_compliance_status')
          .map((line) => `${line.labels} ${line.value}`)
          .join('\n'),
      );
    });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
  }

  /** As deleting the pod: the process ends, a new one starts with nothing remembered. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  series(family: string): { labels: string; value: number }[] {
    const lines = (this.#running?.metrics.render() ?? '').split('\n').filter((line) => line.startsWith(`${family}{`));
    return lines
      .map((line) => ({
        labels: line.slice(line.indexOf('{'), line.lastIndexOf('}') + 1),
        value: Number(line.slice(line.lastIndexOf(' ') + 1)),
      }))
      .sort((a, b) => (a.labels < b.labels ? -1 : 1));
  }

  /** Value of a family's series for an object; undefined: there is none. */
  metric(family: string, ref: ObjectRef, more = ''): number | undefined {
    const labels = `{kind="${ref.kind}",name="${ref.name}",namespace="${ref.namespace ?? ''}"${more}}`;
    return this.series(`virt_platform_${family}`).find((line) => line.labels === labels)?.value;
  }

  compliance(ref: ObjectRef): number | undefined {
    return this.metric('compliance_status', ref);
  }

  get(ref: ObjectRef): Promise<KubeObject> {
    return this.admin.get(ref);
  }

  async exists(ref: ObjectRef): Promise<boolean> {
    return this.admin.get(ref).then(
      () => true,
      (error: unknown) => {
        if (isNotFound(error)) return false;
        throw error;
      },
    );
  }

  /** As `kubectl patch --type=merge`. */
  async merge(ref: ObjectRef, body: Record<string, unknown>): Promise<KubeObject> {
    const json = toJson(body);
    assert.ok(typeof json === 'object' && json !== null && !Array.isArray(json));
    return this.admin.patch(ref, { type: 'merge', body: json }, { fieldManager: 'kubectl-patch' });
  }

  /** As `kubectl annotate --overwrite`; null removes. */
  async annotate(ref: ObjectRef, values: Record<string, string | null>): Promise<void> {
    await this.merge(ref, { metadata: { annotations: values } });
  }

  async events(reason: string, about?: ObjectRef): Promise<KubeObject[]> {
    const list = await this.admin.list({ apiVersion: 'v1', kind: 'Event' });
    return list.items.filter((event) => {
      const involved = Object(event['involvedObject']);
      return (
        event['reason'] === reason &&
        (about === undefined || (Reflect.get(involved, 'kind') === about.kind && Reflect.get(involved, 'name') === about.name))
      );
    });
  }

  /** How often an event was recorded, counts included. */
  async eventCount(reason: string, about: ObjectRef, containing = ''): Promise<number> {
    const found = (await this.events(reason, about)).filter((event) => String(event['message']).includes(containing));
    return found.reduce((sum, event) => sum + Number(event['count'] ?? 1), 0);
  }

  /** Tries until it holds; the last failure when it does not within 30 s. */
  async eventually(what: string, check: () => void | Promise<void>): Promise<void> {
    const until = systemClock.monotonic() + patienceMs;
    for (;;) {
      try {
        await check();
        return;
      } catch (error) {
        if (systemClock.monotonic() >= until)
          throw new Error(`not within ${patienceMs} ms: ${what}\n${this.logs.slice(-20).join('')}`, { cause: error });
      }
      await sleep(systemClock, 25);
    }
  }

  /** Waits until the operator has nothing under way: no request for so long, milliseconds. For checks that something does not happen. */
  async quiet(ms = 800): Promise<void> {
    let seen = -1;
    while (seen !== this.transport.requests.length) {
      seen = this.transport.requests.length;
      await sleep(systemClock, ms);
    }
  }

  logged(pattern: RegExp): boolean {
    return this.logs.some((line) => pattern.test(line));
  }

  async installCrd(file: string): Promise<void> {
    const object = crd(file);
    await this.admin.apply(object, { fieldManager: 'setup', force: true });
  }

  async removeCrd(file: string): Promise<void> {
    const name = crd(file).metadata.name ?? '';
    const ref = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name };
    if (!(await this.exists(ref))) return;
    await this.admin.delete(ref);
    await this.eventually(`CRD ${name} is gone`, async () => assert.equal(await this.exists(ref), false));
  }

  async ensure(object: KubeObject): Promise<void> {
    await this.admin.apply(object, { fieldManager: 'setup', force: true });
  }

  async settleKinds(without: readonly string[] = []): Promise<void> {
    const names = crdFiles()
      .filter((file) => !without.includes(file))
      .map((file) => crd(file));
    for (const definition of names) {
      const group = String(Reflect.get(Object(definition['spec']), 'group'));
      const version = String(Reflect.get(Object(Object(Reflect.get(Object(definition['spec']), 'versions'))[0]), 'name'));
      const kind = String(Reflect.get(Object(Reflect.get(Object(definition['spec']), 'names')), 'kind'));
      await this.eventually(`${kind} is served`, async () => {
        this.world.invalidate();
        await this.admin.list({ apiVersion: `${group}/${version}`, kind });
      });
    }
  }

  async #clean(kind: (typeof leftovers)[number]): Promise<void> {
    const { items } = await this.admin.list(kind, 'namespace' in kind ? { namespace: kind.namespace } : {}).catch((error: unknown) => {
      if (
        isNotFound(error) ||
        String(error).includes('does not have the kind') ||
        Reflect.get(Object(error), 'code') === 'KUBE_UNKNOWN_KIND'
      )
        return { items: [] };
      throw error;
    });
    for (const { metadata } of items) {
      const ref: ObjectRef = {
        ...kind,
        name: metadata.name ?? '',
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      };
      if (metadata.finalizers) await this.merge(ref, { metadata: { finalizers: null } });
      await this.admin.delete(ref).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    }
  }
}

export function crdFiles(): string[] {
  return readdirSync(crdFolder).filter((file) => file.endsWith('.yaml'));
}

function crd(file: string): KubeObject {
  const object = toJson(parse(readFileSync(join(crdFolder, file), 'utf8')));
  assert.ok(isKubeObject(object));
  return object;
}
