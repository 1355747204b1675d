import type { JsonObject } from '@caretaker/kube';
import { forbidden, invalid, required } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain, inclusiveRange, labelValue, qualifiedName } from '../parts/formats.ts';
import { type Errors, format, items, num, obj, objs, size, str, strs, sub } from '../parts/read.ts';
import { notAnOperator, selectorErrors, setOperatorErrors } from '../parts/selectors.ts';

/** Values of what is only preferred may be anything. */
function nodeTerm(term: JsonObject, at: string, errors: Errors, strict: boolean): void {
  for (const [i, expression] of objs(term, 'matchExpressions').entries()) {
    const path = items(`${at}.matchExpressions`, i);
    const operator = str(expression, 'operator');
    if (operator === 'Gt' || operator === 'Lt') {
      if (size(expression, 'values') !== 1)
        errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    } else if (setOperatorErrors(expression, path, errors) === undefined) errors.push(notAnOperator(expression, path));
    format(`${path}.key`, str(expression, 'key'), qualifiedName, errors);
    if (!strict) continue;
    for (const [j, value] of strs(expression, 'values').entries()) format(items(`${path}.values`, j), value, labelValue, errors);
  }
  fieldTerms(term, at, errors);
}

/** Fields of nodes that can be selected by: the name. */
function fieldTerms(term: JsonObject, at: string, errors: Errors): void {
  for (const [i, expression] of objs(term, 'matchFields').entries()) {
    const path = items(`${at}.matchFields`, i);
    const values = strs(expression, 'values');
    if (!['In', 'NotIn'].includes(str(expression, 'operator'))) errors.push(notAnOperator(expression, path));
    else if (values.length !== 1)
      errors.push(required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
    const key = str(expression, 'key');
    if (key !== 'metadata.name') errors.push(invalid(`${path}.key`, key, 'not a valid field selector key'));
    else for (const [j, value] of values.entries()) format(items(`${path}.values`, j), value, (name) => dnsSubdomain(name), errors);
  }
}

/** A node selector: any of its terms. */
export function nodeSelectorErrors(selector: JsonObject, at: string, errors: Errors): void {
  const terms = `${at}.nodeSelectorTerms`;
  if (size(selector, 'nodeSelectorTerms') === 0) errors.push(required(terms, 'must have at least one node selector term'));
  for (const [i, term] of objs(selector, 'nodeSelectorTerms').entries()) nodeTerm(term, items(terms, i), errors, true);
}

function podTerm(term: JsonObject, at: string, errors: Errors): void {
  selectorErrors(obj(term, 'labelSelector'), `${at}.labelSelector`, errors);
  selectorErrors(obj(term, 'namespaceSelector'), `${at}.namespaceSelector`, errors);
  for (const name of strs(term, 'namespaces')) format(`${at}.namespace`, name, dnsLabel, errors);
  const key = str(term, 'topologyKey');
  if (key === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'));
  format(`${at}.topologyKey`, key, qualifiedName, errors);
  labelKeys(term, at, errors);
}

/** Keys whose values come from the pod itself. */
function labelKeys(term: JsonObject, at: string, errors: Errors): void {
  const [match, mismatch] = [strs(term, 'matchLabelKeys'), strs(term, 'mismatchLabelKeys')];
  for (const [name, keys] of [
    ['matchLabelKeys', match],
    ['mismatchLabelKeys', mismatch],
  ] as const) {
    if (keys.length > 0 && obj(term, 'labelSelector') === undefined)
      errors.push(forbidden(`${at}.${name}`, 'must not be specified when labelSelector is not set'));
    for (const [i, key] of keys.entries()) format(items(`${at}.${name}`, i), key, qualifiedName, errors);
  }
  for (const [i, key] of match.entries())
    if (mismatch.includes(key))
      errors.push(invalid(items(`${at}.matchLabelKeys`, i), key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
}

function weight(term: JsonObject, at: string, errors: Errors): void {
  const value = num(term, 'weight') ?? 0;
  if (value <= 0 || value > 100)
    errors.push(
      invalid(
        `${at}.weight`,
        value,
        inclusiveRange(1, 100).replace('must be between', 'must be in the range').replace(' and ', '-').replace(', inclusive', ''),
      ),
    );
}

function podTerms(affinity: JsonObject | undefined, at: string, errors: Errors): void {
  for (const [i, term] of objs(affinity, 'requiredDuringSchedulingIgnoredDuringExecution').entries()) {
    podTerm(term, items(`${at}.requiredDuringSchedulingIgnoredDuringExecution`, i), errors);
  }
  for (const [i, term] of objs(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').entries()) {
    const path = items(`${at}.preferredDuringSchedulingIgnoredDuringExecution`, i);
    weight(term, path, errors);
    podTerm(sub(term, 'podAffinityTerm'), `${path}.podAffinityTerm`, errors);
  }
}

/** affinity of a pod. */
export function affinityErrors(affinity: JsonObject | undefined, at: string, errors: Errors): void {
  const node = obj(affinity, 'nodeAffinity');
  const path = `${at}.nodeAffinity`;
  const wanted = obj(node, 'requiredDuringSchedulingIgnoredDuringExecution');
  if (wanted !== undefined) nodeSelectorErrors(wanted, `${path}.requiredDuringSchedulingIgnoredDuringExecution`, errors);
  for (const [i, term] of objs(node, 'preferredDuringSchedulingIgnoredDuringExecution').entries()) {
    const place = items(`${path}.preferredDuringSchedulingIgnoredDuringExecution`, i);
    weight(term, place, errors);
    nodeTerm(sub(term, 'preference'), `${place}.preference`, errors, false);
  }
  podTerms(obj(affinity, 'podAffinity'), `${at}.podAffinity`, errors);
  podTerms(obj(affinity, 'podAntiAffinity'), `${at}.podAntiAffinity`, errors);
}
