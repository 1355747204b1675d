/**
 * What a real kube-apiserver 1.36.3 with etcd 3.6 (no fsync, loopback) does with the same requests: requests in a second of their own time on a core, both
 * processes together, 32 in flight. Measured by requests.ts on two cores that others used too, which costs it about a quarter; without others it creates
 * 725 ConfigMaps and 474 Deployments.
 */
export const REAL_REQUESTS: Readonly<Record<string, number>> = {
  'POST ConfigMap': 717,
  'apply ConfigMap (create)': 575,
  'apply ConfigMap (change)': 513,
  'apply ConfigMap (no change)': 594,
  'POST Deployment': 573,
  'PUT Deployment': 390,
  'apply Deployment (create)': 343,
  'apply Deployment (no change)': 273,
  'apply Deployment (change)': 233,
  'apply Deployment (taken from another)': 256,
  'merge patch Deployment': 400,
  'strategic patch Deployment': 321,
  'status patch Deployment': 321,
  'GET Deployment': 1452,
  'apply Service (create)': 612,
  'POST Pod': 604,
  'apply custom resource (create)': 327,
  'apply custom resource (change)': 272,
  'status patch custom resource': 306,
  'DELETE ConfigMap': 909,
};
