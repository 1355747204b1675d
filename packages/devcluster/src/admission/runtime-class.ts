import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../apply/typed-view.ts';
import { givenEmpty } from '../decode/given-empty.ts';
import { aboutType, forbidden } from '../server/answers/status-reasons.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './contract.ts';
import { member, members, specOf, textOf } from './json-members.ts';

/** What a toleration tolerates contains what the other one does. */
function covers(wide: JsonObject, narrow: JsonObject): boolean {
  const same = (name: string): boolean => textOf(wide[name]) === textOf(narrow[name]);
  if (textOf(wide['key']) !== '' && !same('key')) return false;
  if (textOf(wide['effect']) !== '' && !same('effect')) return false;
  if (textOf(wide['effect']) === 'NoExecute' && wide['tolerationSeconds'] !== undefined) {
    const [longer, shorter] = [Number(wide['tolerationSeconds']), narrow['tolerationSeconds']];
    if (shorter === undefined || longer < Number(shorter)) return false;
  }
  const operator = textOf(wide['operator']);
  return operator === 'Exists' || (same('operator') && same('value'));
}

function merged(all: readonly JsonObject[]): JsonObject[] {
  const kept: JsonObject[] = [];
  for (const [i, one] of all.entries()) {
    if (kept.some((earlier) => covers(earlier, one))) continue;
    if (all.slice(i + 1).some((later) => !equalValues(one, later) && covers(later, one))) continue;
    kept.push(one);
  }
  return kept;
}

/** A pod takes the overhead and the nodes of its runtime class. */
export function runtimeClassAdmission(store: Store): AdmissionPlugin {
  const classes = store.table('node.k8s.io/runtimeclasses');
  const ofNewPod = (request: AdmissionRequest): { pod: KubeObject; found: KubeObject | undefined } | undefined => {
    const { type, object } = request;
    if (type.group !== '' || type.plural !== 'pods' || request.operation !== 'CREATE' || request.subresource !== '') return undefined;
    if (object === undefined) return undefined;
    const name = specOf(object)['runtimeClassName'];
    if (typeof name !== 'string') return { pod: object, found: undefined };
    const found = classes.get('', name);
    if (found === undefined) throw forbidden(aboutType(type), request.name, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
    return { pod: object, found };
  };
  return {
    name: 'RuntimeClass',
    mutate(request) {
      const place = ofNewPod(request);
      if (place?.found === undefined) return;
      const refuse = (why: string) => forbidden(aboutType(request.type), request.name, why);
      const spec = specOf(place.pod);
      const own = place.found as unknown as JsonObject;
      const overhead = member(own, 'overhead')['podFixed'];
      if (overhead !== undefined && overhead !== null) {
        if (Object.keys(member(spec, 'overhead')).length > 0 && !equalValues(overhead, spec['overhead'] ?? null))
          throw refuse("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        spec['overhead'] = structuredClone(overhead);
      }
      const scheduling = member(own, 'scheduling');
      const wanted = member(scheduling, 'nodeSelector');
      const selector = member(spec, 'nodeSelector');
      for (const [key, value] of Object.entries(wanted)) {
        if (selector[key] === undefined || selector[key] === value) continue;
        const words = `runtimeClass.scheduling.nodeSelector[${key}] = ${String(value)}; pod.spec.nodeSelector[${key}] = ${String(selector[key])}`;
        throw refuse(`conflict: ${words}`);
      }
      if (Object.keys(wanted).length > 0) spec['nodeSelector'] = { ...selector, ...wanted };
      const tolerations = members(scheduling, 'tolerations');
      if (tolerations.length > 0) spec['tolerations'] = merged([...members(spec, 'tolerations'), ...structuredClone(tolerations)]);
    },
    validate(request) {
      const place = ofNewPod(request);
      if (place === undefined) return;
      const refuse = (why: string) => forbidden(aboutType(request.type), request.name, why);
      const overhead = specOf(place.pod)['overhead'] ?? givenEmpty(specOf(place.pod), 'overhead');
      const defined = place.found === undefined ? undefined : member(place.found as unknown as JsonObject, 'overhead')['podFixed'];
      if (defined !== undefined && defined !== null) {
        if (!equalValues(defined, overhead ?? null))
          throw refuse("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
      } else if (overhead !== undefined && overhead !== null) {
        throw refuse('pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
      }
    },
  };
}
