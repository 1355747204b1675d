/** The one definition of TenantTemplate. Field names and defaults are the ancestor's, so its templates work unchanged. */
import { Type } from 'typebox';
import { anyObject, bool, conditions, int32, int64, listBy, mapOfText, oneOf, text, time } from './schema.ts';

export const tenantResource = Type.Object({
  id: text('Names the resource inside the template; unique over all lists.', { minLength: 1 }),
  spec: anyObject('The whole manifest with apiVersion and kind. Every string in it is a template.'),
  dependIds: Type.Optional(Type.Array(Type.String(), { description: 'Resources that must be ready before this one is applied.' })),
  creationPolicy: oneOf('Once: applied once and then left alone. WhenNeeded: kept as the template says.', ['Once', 'WhenNeeded'], {
    default: 'WhenNeeded',
  }),
  deletionPolicy: oneOf('What happens when the tenant or the resource goes.', ['Delete', 'Retain'], { default: 'Delete' }),
  conflictPolicy: oneOf('Stuck: what others own is reported and left alone. Force: it is taken over.', ['Stuck', 'Force'], {
    default: 'Stuck',
  }),
  nameTemplate: Type.Optional(text('Template of the name. Left out: metadata.name of the manifest.')),
  targetNamespace: Type.Optional(text('Template of the namespace. Left out: the namespace of the tenant.')),
  labelsTemplate: Type.Optional(mapOfText('Templates of further labels.')),
  annotationsTemplate: Type.Optional(mapOfText('Templates of further annotations.')),
  waitForReady: bool('Whether the tenant waits until this resource is ready.', { default: true }),
  timeoutSeconds: int32('After so long without becoming ready the resource counts as timed out.', {
    default: 300,
    minimum: 1,
    maximum: 3600,
  }),
  patchStrategy: oneOf('How changes are written.', ['apply', 'merge', 'replace'], { default: 'apply' }),
  ignoreFields: Type.Optional(
    Type.Array(Type.String(), { description: 'JSONPaths of fields that are set at creation and then left to others.' }),
  ),
  skipOnDependencyFailure: bool('Whether a failed dependency keeps this resource from being applied.', { default: true }),
  onImmutable: Type.Optional(
    oneOf('What happens when an immutable field changes. Default: Recreate for Jobs, else Fail.', ['Fail', 'Recreate']),
  ),
});

const list = (kind: string) => Type.Optional(listBy(`${kind} of each tenant.`, tenantResource, 'id'));

export const templateSpec = Type.Object(
  {
    registryId: text('Name of the TenantRegistry whose rows become tenants of this template.', {
      minLength: 1,
      'x-kubernetes-validations': [
        { rule: 'self == oldSelf', message: 'registryId is immutable: make a new template for another registry' },
      ],
    }),
    serviceAccounts: list('ServiceAccounts'),
    deployments: list('Deployments'),
    statefulSets: list('StatefulSets'),
    daemonSets: list('DaemonSets'),
    services: list('Services'),
    ingresses: list('Ingresses'),
    configMaps: list('ConfigMaps'),
    secrets: list('Secrets'),
    persistentVolumeClaims: list('PersistentVolumeClaims'),
    jobs: list('Jobs'),
    cronJobs: list('CronJobs'),
    podDisruptionBudgets: list('PodDisruptionBudgets'),
    networkPolicies: list('NetworkPolicies'),
    horizontalPodAutoscalers: list('HorizontalPodAutoscalers'),
    namespaces: list('Namespaces'),
    manifests: list('Objects of any kind'),
    rollout: Type.Optional(
      Type.Object(
        {
          maxSkew: int32('How many tenants may be on their way to a new revision at once. 0: all.', { default: 0, minimum: 0 }),
          progressDeadlineSeconds: int32('How long a tenant may take before it no longer holds a place.', {
            default: 600,
            minimum: 60,
            maximum: 3600,
          }),
        },
        { description: 'How a new revision reaches the tenants.' },
      ),
    ),
  },
  { description: 'The objects that make up a tenant.' },
);

export const templateStatus = Type.Object(
  {
    observedGeneration: Type.Optional(int64('The generation that this status is about.')),
    totalTenants: Type.Optional(int32('Tenants made from this template.')),
    readyTenants: Type.Optional(int32('Of these, tenants that are ready.')),
    currentRevision: Type.Optional(text('The ControllerRevision that new and changed tenants are put on.')),
    rollout: Type.Optional(
      Type.Object({
        phase: oneOf('Where the rollout is.', ['Idle', 'InProgress', 'Failed', 'Complete']),
        targetRevision: Type.Optional(text('The revision that is being rolled out.')),
        totalTenants: Type.Optional(int32('Tenants of the template.')),
        updatedTenants: Type.Optional(int32('Tenants on the target revision.')),
        updatingTenants: Type.Optional(int32('Tenants on it that are not ready yet.')),
        startTime: Type.Optional(time('When it began.')),
        message: Type.Optional(text('Where it stands, for people.')),
      }),
    ),
    conditions,
  },
  { description: 'What the operator found.' },
);
