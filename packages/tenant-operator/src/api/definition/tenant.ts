/** The one definition of Tenant. It has no bodies: those live once, in the revision. Unknown spec fields are preserved (DESIGN §10.4). */
import { Type } from 'typebox';
import { phases } from '../lists.ts';
import { atomicList, conditions, int32, int64, mapOfText, oneOf, text, time } from './schema.ts';

export const tenantSpec = Type.Object(
  {
    uid: text('Identity of the tenant, from the row.', { minLength: 1 }),
    templateRef: text('Name of the TenantTemplate.', { minLength: 1 }),
    revision: Type.Optional(text('Name of the ControllerRevision that the tenant is on. Left out: the current one of the template.')),
    variables: Type.Optional(mapOfText('Values for the template, as the source gave them.')),
    secretVariablesRef: Type.Optional(text('Name of a Secret with further values.')),
    resources: Type.Optional(
      atomicList(
        'Index of the resources of the revision, for people.',
        Type.Object({
          id: text('Id of the resource.'),
          apiVersion: Type.Optional(text('API version of its manifest.')),
          kind: Type.Optional(text('Kind of its manifest.')),
          dependIds: Type.Optional(Type.Array(Type.String(), { description: 'What it waits for.' })),
          timeoutSeconds: Type.Optional(int32('How long it may take to become ready.')),
        }),
      ),
    ),
  },
  { description: 'One tenant: a row and the revision it is rendered from.', 'x-kubernetes-preserve-unknown-fields': true },
);

const resourceStatus = Type.Object({
  id: text('Id of the resource in the template.'),
  apiVersion: text('API version.'),
  kind: text('Kind.'),
  namespace: Type.Optional(text('Namespace; absent for cluster-scoped kinds.')),
  name: text('Name; empty while it could not be rendered.'),
  uid: Type.Optional(text('uid of the object, once it exists.')),
  deletionPolicy: oneOf('What happens when it goes.', ['Delete', 'Retain'], { default: 'Delete' }),
  dependIds: Type.Array(Type.String(), { description: 'What it waits for.', default: [] }),
  phase: oneOf('Where it stands.', phases),
  reason: Type.Optional(text('Why, in one CamelCase word.')),
  message: Type.Optional(text('Why, for people.')),
  since: Type.Optional(time('Since when it is in this phase.')),
  code: Type.Optional(text('Code of the error, when something is wrong; see docs/reference/errors.md.')),
  completedHash: Type.Optional(text('What a Job ran to its end with: it stays done when its TTL removes it.')),
});

export const tenantStatus = Type.Object(
  {
    observedGeneration: Type.Optional(int64('The generation that this status is about.')),
    desiredResources: Type.Optional(int32('Resources of the tenant.')),
    readyResources: Type.Optional(int32('Of these, ready ones.')),
    failedResources: Type.Optional(int32('Resources that could not be rendered, applied or owned.')),
    skippedResources: Type.Optional(int32('Resources left out because a dependency failed.')),
    conflictedResources: Type.Optional(int32('Resources that somebody else owns; they count as failed as well.')),
    resourcesReady: Type.Optional(text('readyResources/desiredResources, for the printer column.')),
    skippedResourceIds: Type.Optional(Type.Array(Type.String(), { description: 'Ids of the skipped resources.' })),
    appliedResources: Type.Optional(
      Type.Array(Type.String(), { description: 'Kind/namespace/name@id of each resource that was applied, sorted.' }),
    ),
    resources: Type.Optional(
      atomicList('Each resource and where it stands; what is no longer wanted but still there comes last.', resourceStatus),
    ),
    revision: Type.Optional(text('The revision that was rendered.')),
    lastHandledReconcile: Type.Optional(text('The value of the reconcile annotation that was last acted on.')),
    conditions,
  },
  { description: 'What the operator found.' },
);
