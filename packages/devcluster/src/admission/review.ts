import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { apiVersionOf } from '../schema/type-names.ts';
import type { AdmissionRequest, PresentedAs } from './contract.ts';

/** admission/v1 AdmissionRequest without its uid: what webhooks are sent and what CEL sees as `request`. */
export function reviewRequest(
  request: AdmissionRequest,
  type: TypeInfo,
  object: KubeObject | undefined,
  oldObject: KubeObject | undefined,
) {
  const kindOf = (of: PresentedAs['kind']) => ({ group: of.group, version: of.version, kind: of.kind });
  const resourceOf = (of: TypeInfo) => ({ group: of.group, version: of.version, resource: of.plural });
  const { user } = request;
  // a namespace is in itself
  const isNamespace = request.type.group === '' && request.type.plural === 'namespaces';
  const namespace = isNamespace ? request.name : request.namespace;
  return {
    kind: request.presented === undefined ? kindOf(type) : kindOf(request.presented.kind),
    resource: resourceOf(type),
    ...(request.subresource === '' ? {} : { subResource: request.subresource }),
    requestKind: kindOf(request.presented?.kind ?? request.type),
    requestResource: resourceOf(request.type),
    ...(request.subresource === '' ? {} : { requestSubResource: request.subresource }),
    ...(request.name === '' ? {} : { name: request.name }),
    ...(namespace === '' ? {} : { namespace }),
    operation: request.operation,
    userInfo: {
      username: user.username,
      ...(user.uid === undefined ? {} : { uid: user.uid }),
      groups: user.groups,
      ...(user.extra === undefined ? {} : { extra: user.extra }),
    },
    object: shown(request, type, object),
    oldObject: shown(request, type, oldObject),
    dryRun: request.dryRun,
    options: request.options,
  };
}

function shown(request: AdmissionRequest, type: TypeInfo, object: KubeObject | undefined): KubeObject | null {
  if (object === undefined) return null;
  return request.presented !== undefined ? request.presented.of(object) : { ...object, kind: type.kind, apiVersion: apiVersionOf(type) };
}
