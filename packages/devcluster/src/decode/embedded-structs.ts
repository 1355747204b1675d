const CORE = 'k8s.io/api/core/v1.';

/** Structs whose members, but for those listed, come from an embedded one: Go names that in its messages. */
const EMBEDDED: Readonly<Record<string, readonly [name: string, own: readonly string[]]>> = {
  [`${CORE}Volume`]: ['VolumeSource', ['name']],
  [`${CORE}PersistentVolumeSpec`]: [
    'PersistentVolumeSource',
    'capacity accessModes claimRef persistentVolumeReclaimPolicy storageClassName mountOptions volumeMode nodeAffinity volumeAttributesClassName'.split(
      ' ',
    ),
  ],
  [`${CORE}EphemeralContainer`]: ['EphemeralContainerCommon', ['targetContainerName']],
  [`${CORE}Probe`]: [
    'ProbeHandler',
    'initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold terminationGracePeriodSeconds'.split(' '),
  ],
  [`${CORE}ConfigMapKeySelector`]: ['LocalObjectReference', ['key', 'optional']],
  [`${CORE}SecretKeySelector`]: ['LocalObjectReference', ['key', 'optional']],
  [`${CORE}ConfigMapEnvSource`]: ['LocalObjectReference', ['optional']],
  [`${CORE}SecretEnvSource`]: ['LocalObjectReference', ['optional']],
  [`${CORE}ConfigMapProjection`]: ['LocalObjectReference', ['items', 'optional']],
  [`${CORE}SecretProjection`]: ['LocalObjectReference', ['items', 'optional']],
  [`${CORE}ConfigMapVolumeSource`]: ['LocalObjectReference', ['items', 'defaultMode', 'optional']],
};

/** Name of the embedded struct that a member of a struct comes from. */
export function embeddedIn(typeName: string, key: string): string | undefined {
  const found = EMBEDDED[typeName];
  return found === undefined || found[1].includes(key) ? undefined : found[0];
}
