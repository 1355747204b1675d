/** `v1`, `apps/v1` */
export function apiVersionOf(type: { readonly group: string; readonly version: string }): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** Go's text of a kind: `apps/v1, Kind=Deployment`, `/v1, Kind=ConfigMap`. */
export function printKind(type: { readonly group: string; readonly version: string; readonly kind: string }): string {
  return `${type.group}/${type.version}, Kind=${type.kind}`;
}

/** `deployments.apps`, `configmaps` */
export function resourceName(type: { readonly group: string; readonly plural: string }): string {
  return type.group === '' ? type.plural : `${type.plural}.${type.group}`;
}

/** `Deployment.apps`, `ConfigMap` */
export function kindName(type: { readonly group: string; readonly kind: string }): string {
  return type.group === '' ? type.kind : `${type.kind}.${type.group}`;
}
