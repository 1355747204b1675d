import type { JsonObject } from '@caretaker/kube';
import { equalValues } from '../apply/typed-view.ts';
import { child, items, member } from '../defaulting/fill.ts';
import { APP_ARMOR, appArmorProfile, deprecatedAppArmor } from '../schema/app-armor.ts';

const LONGEST_NAME = 4095;

/** Containers of a new pod get the profiles that annotations name for them, and whoever sent it a warning. In place. */
export function copyAppArmor(pod: JsonObject, warn: (text: string) => void): void {
  const annotations = member(member(pod, 'metadata'), 'annotations');
  if (annotations === undefined || !Object.keys(annotations).some((key) => key.startsWith(APP_ARMOR))) return;
  const spec = child(pod, 'spec');
  if (member(spec, 'os')?.['name'] === 'windows') return;
  const ofPod = member(member(spec, 'securityContext'), 'appArmorProfile');
  for (const container of ['initContainers', 'containers', 'ephemeralContainers'].flatMap((name) => items(spec, name))) {
    const key = `${APP_ARMOR}${String(container['name'])}`;
    const annotation = annotations[key];
    if (typeof annotation !== 'string' || member(member(container, 'securityContext'), 'appArmorProfile') !== undefined) continue;
    const named = appArmorProfile(annotation);
    const profile = named !== undefined && isUsable(named) ? named : undefined;
    const differs = profile !== undefined && !equalValues(profile, ofPod ?? null);
    if (differs) child(container, 'securityContext')['appArmorProfile'] = profile;
    if (differs || profile === undefined) warn(deprecatedAppArmor('metadata.annotations', key));
  }
}

function isUsable(profile: JsonObject): boolean {
  const name = String(profile['localhostProfile'] ?? '');
  return name.trim() === name && Buffer.byteLength(name) <= LONGEST_NAME;
}
