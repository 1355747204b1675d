import type { JsonObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { invalid } from '../parts/field-errors.ts';
import { type Errors, obj, objs, sub } from '../parts/read.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

const termsOf = (spec: JsonObject): JsonObject[] => objs(obj(obj(obj(spec, 'affinity'), 'nodeAffinity'), REQUIRED), 'nodeSelectorTerms');

/** Every requirement of before is still there, in its order, and others only follow. */
function onlyAdds(next: JsonObject, live: JsonObject): boolean {
  if (objs(live, 'matchExpressions').length === 0 && objs(live, 'matchFields').length === 0)
    return objs(next, 'matchExpressions').length === 0 && objs(next, 'matchFields').length === 0;
  return ['matchExpressions', 'matchFields'].every((name) =>
    objs(live, name).every((before, i) => equalValues(before, objs(next, name)[i] ?? null)),
  );
}

/** A pod that waits behind gates may be narrowed to fewer nodes. Puts what may change back to what it was, in place. */
export function gatedPodErrors(munged: JsonObject, old: JsonObject, errors: Errors): void {
  const selector = sub(munged, 'nodeSelector');
  const before = sub(old, 'nodeSelector');
  if (Object.keys(before).some((key) => selector[key] !== before[key])) {
    errors.push(
      invalid('spec.nodeSelector', munged['nodeSelector'], 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'),
    );
  }
  restore(munged, old, 'nodeSelector');
  const at = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`;
  const terms = termsOf(munged);
  const oldTerms = termsOf(old);
  if (oldTerms.length > 0 && terms.length !== oldTerms.length) {
    errors.push(invalid(at, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'));
  } else {
    for (const [i, term] of oldTerms.entries())
      if (!onlyAdds(terms[i] ?? {}, term))
        errors.push(invalid(`${at}[${i}]`, terms[i] ?? {}, 'only additions are allowed (no mutations or deletions)'));
  }
  const affinity: JsonObject = { ...sub(munged, 'affinity') };
  restore(affinity, sub(old, 'affinity'), 'nodeAffinity');
  if (Object.keys(affinity).length > 0) munged['affinity'] = affinity;
  else restore(munged, old, 'affinity');
}

function restore(next: JsonObject, live: JsonObject, name: string): void {
  const value = live[name];
  if (value === undefined) delete next[name];
  else next[name] = value;
}
