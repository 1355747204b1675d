import type { KubeObject } from '@caretaker/kube';
import { controllerReference, labelsOf, nameOf, namespaceOf } from '../machinery/objects.ts';
import { podFromTemplate } from '../machinery/pods.ts';
import { fields, items } from '../machinery/read.ts';
import { INDEX } from './indexes.ts';
import { TRACKING } from './types.ts';

/** A pod of a Job; of an indexed one it carries its index as annotation, label, host name and environment variable. */
export function newPod(job: KubeObject, index: number | undefined, annotations: Readonly<Record<string, string>> = {}): KubeObject {
  const pod = podFromTemplate(fields(job, 'spec', 'template'), namespaceOf(job));
  pod.metadata.generateName = index === undefined ? `${nameOf(job)}-` : `${nameOf(job)}-${index}-`;
  pod.metadata.ownerReferences = [controllerReference(job)];
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), TRACKING];
  if (index === undefined) return pod;
  pod.metadata.annotations = { ...pod.metadata.annotations, [INDEX]: String(index), ...annotations };
  pod.metadata.labels = { ...labelsOf(pod), [INDEX]: String(index) };
  const spec = fields(pod, 'spec');
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } };
  const withIndex = (container: unknown): Record<string, unknown> => ({
    ...fields(container),
    env: [...items(container, 'env'), variable],
  });
  pod['spec'] = {
    ...spec,
    hostname: `${nameOf(job)}-${index}`,
    containers: items(spec, 'containers').map(withIndex),
    ...('initContainers' in spec ? { initContainers: items(spec, 'initContainers').map(withIndex) } : {}),
  };
  return pod;
}
