import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../../schema/contract.ts';
import type { Answer } from '../answers/answer.ts';
import { encoded, listAnswer, objectAnswer } from '../answers/render.ts';
import { StatusError } from '../answers/status-error.ts';
import { viewOf, withWarnings } from '../answers/view.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import type { ApiCore } from '../core.ts';
import { listObjects } from '../list.ts';
import { type ReadDeleteOptions, readDeleteOptions } from '../options/delete-options.ts';
import { parseListQuery } from '../options/list-options.ts';
import { selectionOf } from '../options/selection.ts';
import type { WriteRequest } from '../write-request.ts';
import { deleteObject } from '../writes/delete.ts';

/** DELETE of one object: the object while something holds it, else a Status that names what is gone. */
export async function handleDelete(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const view = viewOf(core, type, request);
  const read = readDeleteOptions(request);
  const write = deleteRequest(type, request, read, request.target.name);
  if (orphansByDefault(type, read)) write.warnings.push(ORPHAN_WARNING);
  const result = await deleteObject(core, write, read.options);
  if (!result.gone || returnsDeleted(type)) return withWarnings(objectAnswer(view, 200, result.object), write.warnings);
  return withWarnings(encoded({ ...view.representation, as: 'none' }, 200, successStatus(type, result.object), {}), write.warnings);
}

/** DELETE of a collection: every object that matches, and the list of what was there as the answer. */
export async function handleDeleteCollection(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const view = viewOf(core, type, request);
  const query = parseListQuery(request.query);
  const read = readDeleteOptions(request);
  if (orphansByDefault(type, read)) request.warnings.push(ORPHAN_WARNING);
  const selection = selectionOf(type, type.namespaced ? request.target.namespace : undefined, query.labelSelector, query.fieldSelector);
  const list = listObjects(core, type, query, selection);
  const deleted: KubeObject[] = [];
  for (const { object } of list.items) {
    const write = {
      ...deleteRequest(type, request, read, object.metadata.name),
      namespace: object.metadata.namespace ?? '',
      nameless: true,
    };
    try {
      await deleteObject(core, write, read.options);
      deleted.push(object);
    } catch (error) {
      if (!(error instanceof StatusError && error.reason === 'NotFound')) throw error;
    }
  }
  return withWarnings(listAnswer(view, { ...list, items: deleted.map((object) => ({ object, text: undefined })) }), request.warnings);
}

function deleteRequest(type: TypeInfo, request: AuthorizedRequest, read: ReadDeleteOptions, name: string | undefined): WriteRequest {
  return {
    type,
    namespace: type.namespaced ? (request.target.namespace ?? '') : '',
    name,
    subresource: '',
    user: request.user,
    fieldManager: '',
    dryRun: read.dryRun,
    options: read.review,
    warnings: request.warnings,
  };
}

const ORPHAN_WARNING =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

/** Kinds whose DELETE answers with the object that was removed. */
function returnsDeleted(type: TypeInfo): boolean {
  return RETURN_DELETED.has(`${type.group}/${type.plural}`);
}

const RETURN_DELETED = new Set([
  '/namespaces',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourceslices',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
]);

function orphansByDefault(type: TypeInfo, read: ReadDeleteOptions): boolean {
  return (
    type.group === 'batch' &&
    type.plural === 'jobs' &&
    read.options.propagation === undefined &&
    read.options.orphanDependents === undefined
  );
}

function successStatus(type: TypeInfo, object: KubeObject) {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: object.metadata.name ?? '',
      ...(type.group === '' ? {} : { group: type.group }),
      kind: type.plural,
      uid: object.metadata.uid ?? '',
    },
  };
}
