import type { JsonObject } from '@caretaker/kube';
import { forbidden, invalid, required } from './field-errors.ts';
import { dnsLabel, inclusiveRange, qualifiedName } from './formats.ts';
import { type Errors, format, items, num, obj, objs, size, str, strs, sub } from './read.ts';
import { selectorErrors } from './selectors.ts';

function nodeTerm(term: JsonObject, at: string, errors: Errors): void {
  for (const [i, expression] of objs(term, 'matchExpressions').entries()) {
    const path = items(`${at}.matchExpressions`, i);
    const operator = str(expression, 'operator');
    const count = size(expression, 'values');
    if (operator === 'In' || operator === 'NotIn') {
      if (count === 0) errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (count > 0) errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else if (operator === 'Gt' || operator === 'Lt') {
      if (count !== 1) errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
    format(`${path}.key`, str(expression, 'key'), qualifiedName, errors);
  }
}

function podTerm(term: JsonObject, at: string, errors: Errors): void {
  selectorErrors(obj(term, 'labelSelector'), `${at}.labelSelector`, errors);
  selectorErrors(obj(term, 'namespaceSelector'), `${at}.namespaceSelector`, errors);
  for (const name of strs(term, 'namespaces')) format(`${at}.namespace`, name, dnsLabel, errors);
  const key = str(term, 'topologyKey');
  if (key === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'));
  format(`${at}.topologyKey`, key, qualifiedName, errors);
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
  if (wanted !== undefined) {
    const terms = `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    if (size(wanted, 'nodeSelectorTerms') === 0) errors.push(required(terms, 'must have at least one node selector term'));
    for (const [i, term] of objs(wanted, 'nodeSelectorTerms').entries()) nodeTerm(term, items(terms, i), errors);
  }
  for (const [i, term] of objs(node, 'preferredDuringSchedulingIgnoredDuringExecution').entries()) {
    const place = items(`${path}.preferredDuringSchedulingIgnoredDuringExecution`, i);
    weight(term, place, errors);
    nodeTerm(sub(term, 'preference'), `${place}.preference`, errors);
  }
  podTerms(obj(affinity, 'podAffinity'), `${at}.podAffinity`, errors);
  podTerms(obj(affinity, 'podAntiAffinity'), `${at}.podAntiAffinity`, errors);
}
