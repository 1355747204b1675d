import type { KubeObject } from '@caretaker/kube';
import { digList, digString } from '../json/value.ts';
import { groupKind } from '../marks/pod-labels.ts';
import { byCondition, byConvention } from './conditions.ts';
import { isReady, notReady, type Readiness } from './readiness.ts';
import { daemonSet, deployment, job, pod, replicaSet, statefulSet } from './workloads.ts';

/**
 * Rules by group and kind: a Knative `Service` is no core Service, a CRD called `Job` no batch Job. Kinds that are not here follow
 * `byConvention`. (tenant-operator-ancestor.md §2.5, DESIGN §10.10)
 */
const rules: Readonly<Record<string, (object: KubeObject) => Readiness>> = {
  'apps/Deployment': deployment,
  'apps/StatefulSet': statefulSet,
  'apps/DaemonSet': daemonSet,
  'apps/ReplicaSet': replicaSet,
  'batch/Job': job,
  '/Pod': pod,
  '/Namespace': namespace,
  '/Service': service,
  '/PersistentVolumeClaim': claim,
  'autoscaling/HorizontalPodAutoscaler': (object) => byCondition(object, 'AbleToScale'),
  'apiextensions.k8s.io/CustomResourceDefinition': (object) => byCondition(object, 'Established'),
  'apiregistration.k8s.io/APIService': (object) => byCondition(object, 'Available'),
  'networking.k8s.io/Ingress': () => isReady,
  'batch/CronJob': () => isReady,
  'policy/PodDisruptionBudget': () => isReady,
  'networking.k8s.io/NetworkPolicy': () => isReady,
};

/** What the object's status says, by the rule of its group and kind. An object being deleted is never ready (DESIGN §10.18). */
export function readinessByKind(object: KubeObject): Readiness {
  if (object.metadata.deletionTimestamp !== undefined) return notReady('Terminating', 'the object is being deleted');
  return (rules[groupKind(object)] ?? byConvention)(object);
}

function namespace(object: KubeObject): Readiness {
  const phase = digString(object, 'status', 'phase') ?? 'unknown';
  return phase === 'Active' ? isReady : notReady('NamespaceNotActive', `the namespace is ${phase}`);
}

function service(object: KubeObject): Readiness {
  if (digString(object, 'spec', 'type') !== 'LoadBalancer') return isReady;
  const ingress = digList(object, 'status', 'loadBalancer', 'ingress');
  return ingress.length > 0 ? isReady : notReady('LoadBalancerPending', 'no load balancer address yet');
}

function claim(object: KubeObject): Readiness {
  const phase = digString(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Bound') return isReady;
  const waiting = notReady('ClaimNotBound', `the claim is ${phase}`);
  return phase === 'Pending' ? { ...waiting, unboundClass: digString(object, 'spec', 'storageClassName') ?? '' } : waiting;
}
