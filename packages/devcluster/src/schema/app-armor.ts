/** AppArmor profiles of containers as annotations of pods, which came before the fields. */
import type { JsonObject } from '@caretaker/kube';

export const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const LOCALHOST = 'localhost/';

/** The field that an annotation's value stands for; undefined for other words. */
export function appArmorProfile(annotation: string): JsonObject | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const local = annotation.startsWith(LOCALHOST) ? annotation.slice(LOCALHOST.length) : '';
  return local === '' ? undefined : { type: 'Localhost', localhostProfile: local };
}

/** What the field says of a new pod when an annotation does not say the same, by the member that differs. */
export function appArmorConflict(annotation: string, profile: JsonObject): 'type' | 'localhostProfile' | undefined {
  switch (profile['type']) {
    case 'Unconfined':
      return annotation === 'unconfined' ? undefined : 'type';
    case 'RuntimeDefault':
      return annotation === 'runtime/default' ? undefined : 'type';
    case 'Localhost':
      if (!annotation.startsWith(LOCALHOST)) return 'type';
      return annotation.slice(LOCALHOST.length) === profile['localhostProfile'] ? undefined : 'localhostProfile';
    default:
      return undefined;
  }
}

export const isAppArmorAnnotation = (value: string): boolean =>
  value === '' || value === 'unconfined' || value === 'runtime/default' || value.startsWith(LOCALHOST);

export const deprecatedAppArmor = (at: string, key: string): string =>
  `${at}[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`;
