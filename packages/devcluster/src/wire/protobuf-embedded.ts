/** A Go struct inside another: its members stand among the others in JSON, but are a message of their own in protobuf. */
export interface Embedded {
  /** Number of the message. */
  readonly number: number;
  /** The members that are inside. */
  readonly has: (member: string) => boolean;
  /** A struct inside the struct inside. */
  readonly inner?: Embedded;
}

const only =
  (...members: string[]) =>
  (member: string) =>
    members.includes(member);
const allBut =
  (...members: string[]) =>
  (member: string) =>
    !members.includes(member);

const CORE = 'k8s.io/api/core/v1';
const RESOURCE = 'k8s.io/api/resource/v1';
const NAMED: Embedded = { number: 1, has: only('name') };
const RULE: Embedded = { number: 2, has: only('apiGroups', 'apiVersions', 'resources', 'scope') };
const SPEC_OF_VOLUME = [
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
];

/** By type name: the structs that hold another one. */
export const EMBEDDED: ReadonlyMap<string, Embedded> = new Map([
  [`${CORE}.Volume`, { number: 2, has: allBut('name') }],
  [`${CORE}.PersistentVolumeSpec`, { number: 2, has: allBut(...SPEC_OF_VOLUME) }],
  [`${CORE}.Probe`, { number: 1, has: only('exec', 'httpGet', 'tcpSocket', 'grpc') }],
  [`${CORE}.EphemeralContainer`, { number: 1, has: allBut('targetContainerName') }],
  ...[
    'SecretKeySelector',
    'ConfigMapKeySelector',
    'SecretEnvSource',
    'ConfigMapEnvSource',
    'SecretProjection',
    'ConfigMapProjection',
    'ConfigMapVolumeSource',
  ].map((name): [string, Embedded] => [`${CORE}.${name}`, NAMED]),
  ['k8s.io/api/networking/v1.IngressRule', { number: 2, has: only('http') }],
  ['k8s.io/api/admissionregistration/v1.RuleWithOperations', RULE],
  [
    'k8s.io/api/admissionregistration/v1.NamedRuleWithOperations',
    { number: 2, has: only('operations', 'apiGroups', 'apiVersions', 'resources', 'scope'), inner: RULE },
  ],
  [`${RESOURCE}.DeviceClassConfiguration`, { number: 1, has: only('opaque') }],
  [`${RESOURCE}.DeviceClaimConfiguration`, { number: 2, has: only('opaque') }],
  [`${RESOURCE}.DeviceAllocationConfiguration`, { number: 3, has: only('opaque') }],
]);
