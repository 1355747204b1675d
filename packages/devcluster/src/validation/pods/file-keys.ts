/** Variables of containers that are read from a file of a volume. */
import type { JsonObject } from '@caretaker/kube';
import { invalid, notFound, required } from '../parts/field-errors.ts';
import { dnsLabel, environmentName } from '../parts/formats.ts';
import { type Errors, format, given, items, obj, objs, str } from '../parts/read.ts';

/** `valueFrom.fileKeyRef`; `backsteps` judges its path. */
export function fileKeyErrors(ref: JsonObject, at: string, errors: Errors, backsteps: (path: string, at: string) => void): void {
  if (str(ref, 'key') === '') errors.push(required(`${at}.key`));
  else format(`${at}.key`, str(ref, 'key'), environmentName, errors);
  if (str(ref, 'volumeName') === '') errors.push(required(`${at}.volumeName`));
  else format(`${at}.volumeName`, str(ref, 'volumeName'), dnsLabel, errors);
  if (str(ref, 'path') === '') errors.push(required(`${at}.path`));
  else backsteps(str(ref, 'path'), `${at}.path`);
}

/** The volumes of such files are those that live as long as the pod. */
export function fileKeyVolumeErrors(spec: JsonObject, at: string, errors: Errors): void {
  const volumes = new Map(objs(spec, 'volumes').map((volume) => [str(volume, 'name'), volume]));
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const [i, container] of objs(spec, list).entries()) {
      for (const [j, variable] of objs(container, 'env').entries()) {
        const ref = obj(obj(variable, 'valueFrom'), 'fileKeyRef');
        if (ref === undefined) continue;
        const name = str(ref, 'volumeName');
        const path = `${items(`${items(`${at}.${list}`, i)}.env`, j)}.valueFrom.fileKeyRef.volumeName`;
        const volume = volumes.get(name);
        if (volume === undefined) errors.push(notFound(path, name));
        else if (!given(volume, 'emptyDir')) errors.push(invalid(path, name, 'referenced volume must be of type emptyDir'));
      }
    }
  }
}
