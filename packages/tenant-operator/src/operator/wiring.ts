/** Which change wakes which controller. Everything is event-driven; nothing here decides. */
import type { Engine } from '@caretaker/engine';
import type { Controller, InformerHandler, KubeObject } from '@caretaker/kube';
import { annotations, labels } from '../api/names.ts';
import { isMap } from '../api/schema.ts';
import type { RegistryController } from '../registry/controller.ts';
import type { Caches } from './caches.ts';
import { isPaused } from './caches.ts';
import { keyOf } from './runtime.ts';

export interface Controllers {
  registry: RegistryController;
  registryStatus: Controller;
  template: Controller;
  tenant: Controller;
}

/** Counts of a template are gathered for so long. */
const gatherMs = 1_000;

const keyOfObject = ({ metadata }: KubeObject): string => keyOf(metadata.namespace ?? '', metadata.name ?? '');
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The part of an object that people and other controllers write; status writes and bookkeeping are not in it. */
function touched(object: KubeObject, old: KubeObject): boolean {
  const [now, before] = [object.metadata, old.metadata];
  return (
    now.uid !== before.uid ||
    now.generation !== before.generation ||
    now.deletionTimestamp !== before.deletionTimestamp ||
    !same(now.annotations, before.annotations) ||
    !same(now.labels, before.labels) ||
    !same(now.finalizers, before.finalizers)
  );
}

const annotation = (object: KubeObject, name: string): string | undefined => object.metadata.annotations?.[name];
const specText = (object: KubeObject, field: string): string | undefined => {
  const spec = object['spec'];
  const value = isMap(spec) ? spec[field] : undefined;
  return typeof value === 'string' ? value : undefined;
};

function conditionsOf(object: KubeObject): unknown {
  const status = object['status'];
  return isMap(status) ? status['conditions'] : undefined;
}

function registryHandler(caches: Caches, controllers: Controllers): InformerHandler {
  const wakeTenants = (key: string) => {
    for (const tenant of caches.tenants.by('registry', key))
      controllers.tenant.queue.add(keyOf(tenant.metadata.namespace, tenant.metadata.name), 'change');
  };
  const wakeTemplates = (key: string) => {
    for (const template of caches.templates.by('registry', key))
      controllers.template.queue.add(keyOf(template.metadata.namespace, template.metadata.name), 'change');
  };
  return {
    added: (object, initial) => {
      const key = keyOfObject(object);
      controllers.registry.controller.queue.add(key, initial ? 'resync' : 'user');
      controllers.registryStatus.queue.add(key, 'change');
      wakeTemplates(key);
    },
    modified: (object, old) => {
      if (!touched(object, old)) return;
      const key = keyOfObject(object);
      controllers.registry.controller.queue.add(key, 'user');
      controllers.registryStatus.queue.add(key, 'change');
      if (object.metadata.generation !== old.metadata.generation) wakeTemplates(key);
      if (isPaused(object) !== isPaused(old)) wakeTenants(key);
    },
    deleted: (object) => {
      const key = keyOfObject(object);
      controllers.registry.controller.queue.add(key, 'change');
      controllers.registryStatus.queue.add(key, 'change');
      wakeTemplates(key);
    },
  };
}

function templateHandler(controllers: Controllers): InformerHandler {
  const wake = (object: KubeObject, priority: 'resync' | 'user') => {
    controllers.template.queue.add(keyOfObject(object), priority);
    const registry = specText(object, 'registryId');
    if (registry === undefined) return;
    const key = keyOf(object.metadata.namespace ?? '', registry);
    controllers.registryStatus.queue.addAfter(key, gatherMs, 'change');
    if (priority === 'user') controllers.registry.controller.queue.add(key, 'change');
  };
  return {
    added: (object, initial) => wake(object, initial ? 'resync' : 'user'),
    modified: (object, old) => {
      if (touched(object, old)) wake(object, 'user');
    },
    deleted: (object) => wake(object, 'user'),
  };
}

function tenantHandler(caches: Caches, controllers: Controllers): InformerHandler {
  const registryKey = (object: KubeObject): string | undefined => {
    const registry = object.metadata.labels?.[labels.registry];
    return registry === undefined ? undefined : keyOf(object.metadata.namespace ?? '', registry);
  };
  const count = (object: KubeObject) => {
    const key = registryKey(object);
    if (key !== undefined) controllers.registryStatus.queue.add(key, 'resync');
    const template = specText(object, 'templateRef');
    if (template !== undefined) controllers.template.queue.addAfter(keyOf(object.metadata.namespace ?? '', template), gatherMs, 'resync');
  };
  /** A template with maxSkew goes on when one of its tenants has become ready. */
  const step = (object: KubeObject) => {
    const name = specText(object, 'templateRef');
    const template = name === undefined ? undefined : caches.templates.get(object.metadata.namespace ?? '', name);
    const key = registryKey(object);
    if (key !== undefined && (template?.spec.rollout?.maxSkew ?? 0) > 0)
      controllers.registry.controller.queue.addAfter(key, gatherMs, 'change');
  };
  return {
    added: (object, initial) => {
      controllers.tenant.queue.add(keyOfObject(object), initial ? 'resync' : 'change');
      count(object);
    },
    modified: (object, old) => {
      const asked = annotation(object, annotations.reconcile) !== annotation(old, annotations.reconcile);
      if (touched(object, old)) controllers.tenant.queue.add(keyOfObject(object), asked ? 'user' : 'change');
      if (same(conditionsOf(object), conditionsOf(old)) && !touched(object, old)) return;
      count(object);
      step(object);
    },
    deleted: (object) => {
      controllers.tenant.queue.add(keyOfObject(object), 'change');
      count(object);
      const key = registryKey(object);
      // Gone although its row may still be there: the registry looks again.
      if (key !== undefined && !controllers.registry.tookAway(key, object.metadata.name ?? '')) controllers.registry.requestSync(key);
    },
  };
}

/** Connects informers and engine to queues. Returns the function that ends it. */
export function wire(caches: Caches, engine: Engine, controllers: Controllers): () => void {
  const wakeRevision = (object: KubeObject) => {
    for (const tenant of caches.tenants.by('revision', keyOfObject(object)))
      controllers.tenant.queue.add(keyOf(tenant.metadata.namespace, tenant.metadata.name), 'change');
    const template = object.metadata.labels?.[labels.template];
    const namespace = object.metadata.namespace ?? '';
    const registry = template === undefined ? undefined : caches.templates.get(namespace, template)?.spec.registryId;
    if (registry !== undefined) controllers.registry.controller.queue.add(keyOf(namespace, registry), 'change');
  };
  const wakeSecret = (object: KubeObject) => {
    const namespace = object.metadata.namespace ?? '';
    if (object.metadata.labels?.[labels.purpose] === 'revision-bodies') return wakeRevision(object);
    for (const owner of object.metadata.ownerReferences ?? [])
      if (owner.kind === 'Tenant') controllers.tenant.queue.add(keyOf(namespace, owner.name), 'change');
  };
  const ends = [
    caches.registries.informer.subscribe(registryHandler(caches, controllers)),
    caches.templates.informer.subscribe(templateHandler(controllers)),
    caches.tenants.informer.subscribe(tenantHandler(caches, controllers)),
    caches.revisions.subscribe({ added: wakeRevision }),
    caches.secrets.subscribe({
      added: wakeSecret,
      modified: (object, old) => {
        if (!same(object['data'], old['data'])) wakeSecret(object);
      },
    }),
    engine.onWake((key, priority) => controllers.tenant.queue.add(key, priority)),
  ];
  return () => {
    for (const end of ends) end();
  };
}
