import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { APP_ARMOR, appArmorConflict, appArmorProfile, deprecatedAppArmor, isAppArmorAnnotation } from '../../schema/app-armor.ts';
import { forbidden, invalid } from '../parts/field-errors.ts';
import { type Errors, obj, objs, str, sub } from '../parts/read.ts';

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'];
const AT = 'metadata.annotations';

/** Annotations of AppArmor in order of their keys. */
function annotated(annotations: JsonObject): [key: string, value: string][] {
  const keys = Object.keys(annotations).filter((key) => key.startsWith(APP_ARMOR));
  return keys.sort().map((key) => [key, String(annotations[key])]);
}

const annotationsOf = (object: KubeObject): JsonObject => object.metadata.annotations ?? {};

/** Annotations are for containers that are there, in words that are known. */
export function appArmorAnnotationErrors(annotations: JsonObject, spec: JsonObject, at: string, errors: Errors): void {
  for (const [key, value] of annotated(annotations)) {
    const name = key.slice(APP_ARMOR.length);
    if (!LISTS.some((list) => objs(spec, list).some((container) => str(container, 'name') === name)))
      errors.push(invalid(`${at}[${key}]`, name, 'container not found'));
    if (!isAppArmorAnnotation(value))
      errors.push(invalid(`${at}[${key}]`, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`));
  }
}

/** Annotations and fields of a new pod say the same. */
export function appArmorConflicts(pod: KubeObject, errors: Errors): void {
  const annotations = annotationsOf(pod);
  const spec = sub(pod as unknown as JsonObject, 'spec');
  if (annotated(annotations).length === 0 || str(sub(spec, 'os'), 'name') === 'windows') return;
  const ofPod = obj(sub(spec, 'securityContext'), 'appArmorProfile');
  for (const list of LISTS) {
    for (const [i, container] of objs(spec, list).entries()) {
      const profile = obj(sub(container, 'securityContext'), 'appArmorProfile') ?? ofPod;
      const annotation = annotations[`${APP_ARMOR}${str(container, 'name')}`];
      if (profile === undefined || annotation === undefined) continue;
      const differs = appArmorConflict(String(annotation), profile);
      if (differs === undefined) continue;
      const what = differs === 'type' ? 'type' : 'profile';
      errors.push(
        forbidden(`spec.${list}[${i}].securityContext.appArmorProfile.${differs}`, `apparmor ${what} in annotation and field must match`),
      );
    }
  }
}

/** The annotations of a pod stay as they are. */
export function appArmorUpdateErrors(next: KubeObject, live: KubeObject, errors: Errors): void {
  const [after, before] = [annotationsOf(next), annotationsOf(live)];
  for (const [key, value] of annotated(before))
    if (after[key] !== value) errors.push(forbidden(`${AT}[${key}]`, 'may not remove or update AppArmor annotations'));
  for (const [key] of annotated(after))
    if (before[key] === undefined) errors.push(forbidden(`${AT}[${key}]`, 'may not add AppArmor annotations'));
}

/** Templates are warned of where pods would be changed. */
export function appArmorWarnings(template: JsonObject, at: string, warnings: string[]): void {
  const annotations = sub(sub(template, 'metadata'), 'annotations');
  const spec = sub(template, 'spec');
  const ofPod = obj(sub(spec, 'securityContext'), 'appArmorProfile');
  for (const container of LISTS.flatMap((list) => objs(spec, list))) {
    const key = `${APP_ARMOR}${str(container, 'name')}`;
    const annotation = annotations[key];
    if (typeof annotation !== 'string' || obj(sub(container, 'securityContext'), 'appArmorProfile') !== undefined) continue;
    const same = ofPod !== undefined && equalValues(ofPod, appArmorProfile(annotation) ?? null);
    if (!same) warnings.push(deprecatedAppArmor(`${at}.metadata.annotations`, key));
  }
}
