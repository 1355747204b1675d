import type { GroupVersionKind } from '@caretaker/kube';

const kind = (apiVersion: string, name: string): GroupVersionKind => ({ apiVersion, kind: name });

export const POD = kind('v1', 'Pod');
export const NODE = kind('v1', 'Node');
export const SERVICE = kind('v1', 'Service');
export const ENDPOINTS = kind('v1', 'Endpoints');
export const EVENT = kind('v1', 'Event');
export const NAMESPACE = kind('v1', 'Namespace');
export const SERVICE_ACCOUNT = kind('v1', 'ServiceAccount');
export const SECRET = kind('v1', 'Secret');
export const CONFIG_MAP = kind('v1', 'ConfigMap');
export const PERSISTENT_VOLUME_CLAIM = kind('v1', 'PersistentVolumeClaim');
export const PERSISTENT_VOLUME = kind('v1', 'PersistentVolume');
export const ENDPOINT_SLICE = kind('discovery.k8s.io/v1', 'EndpointSlice');
export const DEPLOYMENT = kind('apps/v1', 'Deployment');
export const REPLICA_SET = kind('apps/v1', 'ReplicaSet');
export const STATEFUL_SET = kind('apps/v1', 'StatefulSet');
export const DAEMON_SET = kind('apps/v1', 'DaemonSet');
export const CONTROLLER_REVISION = kind('apps/v1', 'ControllerRevision');
export const JOB = kind('batch/v1', 'Job');
export const CRON_JOB = kind('batch/v1', 'CronJob');
export const INGRESS = kind('networking.k8s.io/v1', 'Ingress');
export const STORAGE_CLASS = kind('storage.k8s.io/v1', 'StorageClass');
export const POD_DISRUPTION_BUDGET = kind('policy/v1', 'PodDisruptionBudget');
export const HORIZONTAL_POD_AUTOSCALER = kind('autoscaling/v2', 'HorizontalPodAutoscaler');
export const LEASE = kind('coordination.k8s.io/v1', 'Lease');
export const CERTIFICATE_SIGNING_REQUEST = kind('certificates.k8s.io/v1', 'CertificateSigningRequest');
