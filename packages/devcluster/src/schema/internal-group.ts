/** Where kinds of extensions/v1beta1 and the core events live today. */
const MOVED: Readonly<Record<string, string>> = {
  'extensions/Ingress': 'networking.k8s.io',
  'extensions/NetworkPolicy': 'networking.k8s.io',
  'extensions/DaemonSet': 'apps',
  'extensions/Deployment': 'apps',
  'extensions/ReplicaSet': 'apps',
  'events.k8s.io/Event': '',
};

/** The group whose internal type a kind is converted to. */
export function internalGroup(group: string, kind: string): string {
  return MOVED[`${group}/${kind}`] ?? group;
}
