import type { KubeObject } from '@caretaker/kube';
import { controllerReference, labelsOf, nameOf, namespaceOf } from '../machinery/objects.ts';
import { podFromTemplate } from '../machinery/pods.ts';
import { fields, integer, items, strings, text } from '../machinery/read.ts';

export const REVISION_LABEL = 'controller-revision-hash';

export function podName(set: KubeObject, ordinal: number): string {
  return `${nameOf(set)}-${ordinal}`;
}

export function ordinalOf(pod: KubeObject): number {
  return Number.parseInt(/-(\d+)$/.exec(nameOf(pod))?.[1] ?? '-1', 10);
}

export function firstOrdinal(set: KubeObject): number {
  return integer(set, 'spec', 'ordinals', 'start') ?? 0;
}

export function claimName(set: KubeObject, template: unknown, ordinal: number): string {
  return `${text(template, 'metadata', 'name')}-${podName(set, ordinal)}`;
}

/** The pod of an ordinal, from a revision's template. */
export function newPod(set: KubeObject, ordinal: number, revision: string, template: unknown): KubeObject {
  const pod = podFromTemplate(template, namespaceOf(set));
  const name = podName(set, ordinal);
  const claims = items(set, 'spec', 'volumeClaimTemplates').map((claim) => ({
    name: text(claim, 'metadata', 'name'),
    persistentVolumeClaim: { claimName: claimName(set, claim, ordinal) },
  }));
  const own = items(pod, 'spec', 'volumes').filter((volume) => !claims.some((claim) => claim.name === text(volume, 'name')));
  const volumes = [...own, ...claims];
  pod.metadata.name = name;
  pod.metadata.generateName = `${nameOf(set)}-`;
  pod.metadata.ownerReferences = [controllerReference(set)];
  pod.metadata.labels = {
    ...labelsOf(pod),
    'apps.kubernetes.io/pod-index': String(ordinal),
    [REVISION_LABEL]: revision,
    'statefulset.kubernetes.io/pod-name': name,
  };
  const subdomain = text(set, 'spec', 'serviceName');
  pod['spec'] = {
    ...fields(pod, 'spec'),
    hostname: name,
    ...(subdomain ? { subdomain } : {}),
    ...(volumes.length > 0 ? { volumes } : {}),
  };
  return pod;
}

/** The claims of an ordinal. They outlive the pod, and the StatefulSet unless its retention policy says otherwise. */
export function newClaims(set: KubeObject, ordinal: number): KubeObject[] {
  const dies = text(set, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted') === 'Delete';
  return items(set, 'spec', 'volumeClaimTemplates').map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(set, template, ordinal),
      namespace: namespaceOf(set),
      labels: { ...strings(template, 'metadata', 'labels'), ...strings(set, 'spec', 'selector', 'matchLabels') },
      annotations: strings(template, 'metadata', 'annotations'),
      ...(dies ? { ownerReferences: [controllerReference(set)] } : {}),
    },
    spec: structuredClone(fields(template, 'spec')),
  }));
}
