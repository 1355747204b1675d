import type { KubeObject } from '@caretaker/kube';
import type { ClusterApi, ClusterController } from '../../controllers/contract.ts';
import { actOrThrow, hasReason } from '../machinery/action.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from '../machinery/kinds.ts';
import { isDeleting, keyOf, nameOf, namespaceOf, refOfKey } from '../machinery/objects.ts';
import { isFinished } from '../machinery/pods.ts';
import { fields, text } from '../machinery/read.ts';
import { claimNames } from '../scheduler/claims.ts';
import { decideClaim, decideVolume, PVC_PROTECTION } from './decide.ts';

const PROVISIONER = 'devcluster.caretaker.dev/simulated';

/** Classes of a fresh cluster: the default binds at once, the other when a pod needs the volume. */
const CLASSES: readonly KubeObject[] = [
  storageClass('standard', 'Immediate', { 'storageclass.kubernetes.io/is-default-class': 'true' }),
  storageClass('standard-late', 'WaitForFirstConsumer', {}),
];

function storageClass(name: string, volumeBindingMode: string, annotations: Record<string, string>): KubeObject {
  const metadata = { name, annotations };
  return { ...STORAGE_CLASS, metadata, provisioner: PROVISIONER, volumeBindingMode, reclaimPolicy: 'Delete', allowVolumeExpansion: true };
}

/** Binds claims to volumes, makes volumes for claims of a class, and lets both go when nobody needs them. */
export function volumeController(): ClusterController {
  const unbound = new Set<string>();
  const claims = (): string[] => [...unbound].map((key) => `claim ${key}`);
  return new KeyedController({
    name: 'persistentvolume-binder',
    component: 'persistentvolume-controller',
    begin: ({ api }) => void createClasses(api),
    watches: [
      {
        kind: PERSISTENT_VOLUME_CLAIM,
        keys: ({ type, object }) => {
          const key = keyOf(object);
          const volume = text(object, 'spec', 'volumeName');
          if (type === 'DELETED' || text(object, 'status', 'phase') === 'Bound') unbound.delete(key);
          else unbound.add(key);
          return [type === 'DELETED' ? undefined : `claim ${key}`, volume ? `volume ${volume}` : undefined];
        },
      },
      {
        kind: PERSISTENT_VOLUME,
        keys: ({ type, object }) => [...claims(), ...claimOf(object), type === 'DELETED' ? undefined : `volume ${nameOf(object)}`],
      },
      { kind: STORAGE_CLASS, keys: claims },
      {
        kind: POD,
        keys: ({ type, object }) =>
          type === 'DELETED' || isFinished(object) ? claimNames(object).map((name) => `claim ${namespaceOf(object)}/${name}`) : [],
      },
    ],
    reconcile: (key, context) =>
      key.startsWith('claim ') ? reconcileClaim(key.slice(6), context) : reconcileVolume(key.slice(7), context),
  });
}

function claimOf(volume: KubeObject): string[] {
  const reference = fields(volume, 'spec', 'claimRef');
  return 'name' in reference ? [`claim ${text(reference, 'namespace')}/${text(reference, 'name')}`] : [];
}

async function createClasses(api: ClusterApi): Promise<void> {
  for (const object of CLASSES) {
    try {
      await api.create(object);
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) api.logger.warn('storage class not created', { name: nameOf(object) });
    }
  }
}

async function reconcileClaim(key: string, { api, events }: PassContext): Promise<number | undefined> {
  const claim = api.peek(refOfKey(PERSISTENT_VOLUME_CLAIM, key));
  if (!claim) return undefined;
  if (isDeleting(claim)) {
    await release(claim, { api, events, enqueue: () => undefined });
    return undefined;
  }
  const actions = decideClaim({ claim, volumes: api.list(PERSISTENT_VOLUME), classes: api.list(STORAGE_CLASS) });
  await actOrThrow(api, events, actions);
  return undefined;
}

/** A claim that is being deleted stays while a pod uses it. */
async function release(claim: KubeObject, { api, events }: PassContext): Promise<void> {
  const finalizers = claim.metadata.finalizers ?? [];
  if (!finalizers.includes(PVC_PROTECTION)) return;
  const pods = api.list(POD, { namespace: namespaceOf(claim) });
  // A pod without a node does not use its claims yet, and will not get one while they go.
  const uses = (pod: KubeObject): boolean =>
    text(pod, 'spec', 'nodeName') !== '' && !isFinished(pod) && claimNames(pod).includes(nameOf(claim));
  if (pods.some(uses)) return;
  const metadata = { ...claim.metadata, finalizers: finalizers.filter((finalizer) => finalizer !== PVC_PROTECTION) };
  await actOrThrow(api, events, [{ do: 'update', object: { ...claim, metadata } }]);
}

async function reconcileVolume(name: string, { api, events }: PassContext): Promise<undefined> {
  const volume = api.peek({ ...PERSISTENT_VOLUME, name });
  if (!volume) return undefined;
  const find = (namespace: string, claim: string): KubeObject | undefined =>
    api.peek({ ...PERSISTENT_VOLUME_CLAIM, namespace, name: claim });
  await actOrThrow(api, events, decideVolume(volume, find));
  return undefined;
}
