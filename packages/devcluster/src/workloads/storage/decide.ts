import type { KubeObject } from '@caretaker/kube';
import type { Action } from '../machinery/action.ts';
import { annotationsOf, createdAt, isDeleting, nameOf, namespaceOf, uidOf } from '../machinery/objects.ts';
import { quantity } from '../machinery/quantities.ts';
import { at, fields, items, sameJson, text } from '../machinery/read.ts';
import { labelSelector } from '../machinery/selector.ts';
import { selectedNode } from '../scheduler/claims.ts';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
export const PVC_PROTECTION = 'kubernetes.io/pvc-protection';
export const PV_PROTECTION = 'kubernetes.io/pv-protection';

export interface Observed {
  claim: KubeObject;
  volumes: readonly KubeObject[];
  classes: readonly KubeObject[];
}

/** The class that claims without one get: of several defaults the newest. */
export function defaultClass(classes: readonly KubeObject[]): KubeObject | undefined {
  return classes.filter((one) => annotationsOf(one)[DEFAULT_CLASS] === 'true').sort((left, right) => createdAt(right) - createdAt(left))[0];
}

/** The next step towards a bound claim. */
export function decideClaim({ claim, volumes, classes }: Observed): Action[] {
  if (isDeleting(claim)) return [];
  const bound = text(claim, 'spec', 'volumeName');
  if (bound !== '')
    return confirm(
      claim,
      volumes.find((volume) => nameOf(volume) === bound),
    );
  const className = at(claim, 'spec', 'storageClassName');
  if (className === undefined) {
    const preset = defaultClass(classes);
    if (preset) return [{ do: 'update', object: { ...claim, spec: { ...fields(claim, 'spec'), storageClassName: nameOf(preset) } } }];
  }
  const storageClass = classes.find((one) => nameOf(one) === className);
  const late = text(storageClass, 'volumeBindingMode') === 'WaitForFirstConsumer';
  if (late && selectedNode(claim) === undefined) {
    const message = 'waiting for first consumer to be created before binding';
    return [...pending(claim), tell(claim, 'Normal', 'WaitForFirstConsumer', message)];
  }
  const match = bestVolume(claim, volumes);
  if (match) return bind(claim, match);
  if (typeof className !== 'string' || className === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    return [...pending(claim), tell(claim, 'Normal', 'FailedBinding', message)];
  }
  if (!storageClass) {
    const message = `storageclass.storage.k8s.io "${className}" not found`;
    return [...pending(claim), tell(claim, 'Warning', 'ProvisioningFailed', message)];
  }
  if (text(storageClass, 'provisioner') === NO_PROVISIONER) {
    return [...pending(claim), tell(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim')];
  }
  return provision(claim, storageClass);
}

function tell(claim: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): Action {
  return { do: 'event', event: { on: claim, type, reason, message } };
}

function pending(claim: KubeObject): Action[] {
  return text(claim, 'status', 'phase') === 'Pending' ? [] : [{ do: 'status', object: { ...claim, status: { phase: 'Pending' } } }];
}

/** The smallest free volume that fits; one that names the claim before all others. */
function bestVolume(claim: KubeObject, volumes: readonly KubeObject[]): KubeObject | undefined {
  const wanted = quantity(text(claim, 'spec', 'resources', 'requests', 'storage'));
  const modes = items(claim, 'spec', 'accessModes');
  const selector = at(claim, 'spec', 'selector');
  const matches = selector === undefined ? () => true : labelSelector(selector);
  const fits = volumes.filter((volume) => {
    const reference = fields(volume, 'spec', 'claimRef');
    const reserved = 'name' in reference;
    const ours = reference['name'] === nameOf(claim) && reference['namespace'] === namespaceOf(claim);
    if (isDeleting(volume) || (reserved && !ours) || (reference['uid'] !== undefined && reference['uid'] !== uidOf(claim))) return false;
    if (text(volume, 'spec', 'storageClassName') !== text(claim, 'spec', 'storageClassName')) return false;
    if ((text(volume, 'spec', 'volumeMode') || 'Filesystem') !== (text(claim, 'spec', 'volumeMode') || 'Filesystem')) return false;
    const offered = items(volume, 'spec', 'accessModes');
    return modes.every((mode) => offered.includes(mode)) && capacityOf(volume) >= wanted && matches(volume.metadata.labels ?? {});
  });
  const reserved = (volume: KubeObject): number => ('name' in fields(volume, 'spec', 'claimRef') ? 0 : 1);
  return fits.sort((left, right) => reserved(left) - reserved(right) || capacityOf(left) - capacityOf(right))[0];
}

function capacityOf(volume: KubeObject): number {
  return quantity(text(volume, 'spec', 'capacity', 'storage'));
}

function claimReference(claim: KubeObject): Record<string, unknown> {
  const { resourceVersion } = claim.metadata;
  const reference = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    namespace: namespaceOf(claim),
    name: nameOf(claim),
    uid: uidOf(claim),
  };
  return { ...reference, ...(resourceVersion ? { resourceVersion } : {}) };
}

function bind(claim: KubeObject, volume: KubeObject): Action[] {
  const actions: Action[] = [];
  if (text(volume, 'spec', 'claimRef', 'uid') !== uidOf(claim)) {
    const metadata = { ...volume.metadata, annotations: { ...annotationsOf(volume), 'pv.kubernetes.io/bound-by-controller': 'yes' } };
    actions.push({ do: 'update', object: { ...volume, metadata, spec: { ...fields(volume, 'spec'), claimRef: claimReference(claim) } } });
  }
  const annotations = { ...annotationsOf(claim), 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' };
  const spec = { ...fields(claim, 'spec'), volumeName: nameOf(volume) };
  actions.push({ do: 'update', object: { ...claim, metadata: { ...claim.metadata, annotations }, spec } });
  return actions;
}

/** A claim that names its volume: its status says what it got. */
function confirm(claim: KubeObject, volume: KubeObject | undefined): Action[] {
  if (!volume) {
    if (text(claim, 'status', 'phase') !== 'Bound') return pending(claim);
    const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
    return [
      { do: 'status', object: { ...claim, status: { ...fields(claim, 'status'), phase: 'Lost' } } },
      tell(claim, 'Warning', 'ClaimLost', message),
    ];
  }
  const holder = text(volume, 'spec', 'claimRef', 'uid');
  if (holder !== '' && holder !== uidOf(claim)) return pending(claim);
  if (holder === '') return bind(claim, volume);
  const asked = text(claim, 'spec', 'resources', 'requests', 'storage');
  if (quantity(asked) > capacityOf(volume)) {
    const spec = { ...fields(volume, 'spec'), capacity: { ...fields(volume, 'spec', 'capacity'), storage: asked } };
    return [{ do: 'update', object: { ...volume, spec } }];
  }
  const status = {
    phase: 'Bound',
    accessModes: items(volume, 'spec', 'accessModes'),
    capacity: fields(volume, 'spec', 'capacity'),
  };
  return sameJson(status, fields(claim, 'status')) ? [] : [{ do: 'status', object: { ...claim, status } }];
}

function provision(claim: KubeObject, storageClass: KubeObject): Action[] {
  const provisioner = text(storageClass, 'provisioner');
  const name = `pvc-${uidOf(claim)}`;
  const node = selectedNode(claim);
  const term = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] };
  const volume: KubeObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner }, finalizers: [PV_PROTECTION] },
    spec: {
      accessModes: items(claim, 'spec', 'accessModes'),
      capacity: { storage: text(claim, 'spec', 'resources', 'requests', 'storage') },
      claimRef: claimReference(claim),
      hostPath: { path: `/var/devcluster/volumes/${name}`, type: 'DirectoryOrCreate' },
      persistentVolumeReclaimPolicy: text(storageClass, 'reclaimPolicy') || 'Delete',
      storageClassName: nameOf(storageClass),
      volumeMode: text(claim, 'spec', 'volumeMode') || 'Filesystem',
      ...(node ? { nodeAffinity: { required: { nodeSelectorTerms: [term] } } } : {}),
    },
  };
  const [noted = claim, before] = withProvisioner(claim, provisioner);
  return [
    ...before,
    tell(claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${namespaceOf(claim)}/${nameOf(claim)}"`),
    { do: 'create', object: volume },
    tell(noted, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`),
  ];
}

/** The claim with the annotations that name its provisioner, and the write that puts them there. */
function withProvisioner(claim: KubeObject, provisioner: string): [KubeObject, Action[]] {
  const named = { 'volume.beta.kubernetes.io/storage-provisioner': provisioner, 'volume.kubernetes.io/storage-provisioner': provisioner };
  const annotations = { ...annotationsOf(claim), ...named };
  if (sameJson(annotations, annotationsOf(claim))) return [claim, []];
  const next = { ...claim, metadata: { ...claim.metadata, annotations } };
  return [next, [{ do: 'update', object: next }]];
}

/** The phase of a volume, and what becomes of it when its claim is gone. */
export function decideVolume(volume: KubeObject, claimOf: (namespace: string, name: string) => KubeObject | undefined): Action[] {
  const reference = fields(volume, 'spec', 'claimRef');
  const claim = 'name' in reference ? claimOf(text(reference, 'namespace'), text(reference, 'name')) : undefined;
  const holds = claim !== undefined && (reference['uid'] === undefined || reference['uid'] === uidOf(claim));
  if (isDeleting(volume)) {
    const kept = (volume.metadata.finalizers ?? []).filter((finalizer) => finalizer !== PV_PROTECTION);
    if (holds || kept.length === (volume.metadata.finalizers ?? []).length) return [];
    return [{ do: 'update', object: { ...volume, metadata: { ...volume.metadata, finalizers: kept } } }];
  }
  const phase = !('name' in reference) || reference['uid'] === undefined ? 'Available' : holds ? 'Bound' : 'Released';
  const actions: Action[] = [];
  if (text(volume, 'status', 'phase') !== phase) actions.push({ do: 'status', object: { ...volume, status: { phase } } });
  if (phase === 'Released' && text(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete')
    actions.push({ do: 'delete', object: volume });
  return actions;
}
