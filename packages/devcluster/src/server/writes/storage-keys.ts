/** Keys under which the real server stores objects, which some of its messages quote. */
import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../../schema/contract.ts';
import type { WriteRequest } from '../write-request.ts';

/** Kinds of the core server whose keys are not their resource. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  '/replicationcontrollers': 'controllers',
  '/endpoints': 'services/endpoints',
  '/services': 'services/specs',
  '/nodes': 'minions',
  'networking.k8s.io/ingresses': 'ingress',
};

/** Servers inside the server, which keep their resources by group. */
const BY_GROUP = new Set(['apiextensions.k8s.io', 'apiregistration.k8s.io']);

function prefixOf(type: TypeInfo): string {
  const grouped = !type.builtin || BY_GROUP.has(type.group);
  return OLD_NAMES[`${type.group}/${type.plural}`] ?? (grouped ? `${type.group}/${type.plural}` : type.plural);
}

/** The storage's words for an object whose uid is another one. */
export function uidMismatch(request: Pick<WriteRequest, 'type' | 'namespace' | 'name'>, wanted: string, live: KubeObject): string {
  const path = [prefixOf(request.type), ...(request.namespace === '' ? [] : [request.namespace]), request.name ?? ''].join('/');
  return `StorageError: invalid object, Code: 4, Key: /registry/${path}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${live.metadata.uid ?? ''}`;
}
