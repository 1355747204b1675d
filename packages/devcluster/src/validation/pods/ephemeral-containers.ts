import type { JsonObject } from '@caretaker/kube';
import { duplicate, forbidden, notFound } from '../parts/field-errors.ts';
import { type Errors, given, items, objs, size, str } from '../parts/read.ts';
import { containerErrors, type PodScope } from './containers.ts';

/** Members that a debugger in a running pod does not have, in the order of the struct. */
const SERVICE_FIELDS = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
];

const isSet = (container: JsonObject, name: string): boolean =>
  name === 'resources'
    ? size(container, name) > 0
    : given(container, name) && (typeof container[name] !== 'object' || size(container, name) > 0 || !Array.isArray(container[name]));

export function ephemeralContainersErrors(spec: JsonObject, scope: PodScope, at: string, errors: Errors): void {
  const others = new Set(['containers', 'initContainers'].flatMap((list) => objs(spec, list).map((one) => str(one, 'name'))));
  const names = new Set(others);
  for (const [i, container] of objs(spec, 'ephemeralContainers').entries()) {
    const path = items(`${at}.ephemeralContainers`, i);
    const name = str(container, 'name');
    containerErrors(container, scope, path, errors);
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    const target = str(container, 'targetContainerName');
    if (target !== '' && !others.has(target)) errors.push(notFound(`${path}.targetContainerName`, target));
    const refuse = (field: string): void => void errors.push(forbidden(`${path}.${field}`, 'cannot be set for an Ephemeral Container'));
    for (const field of SERVICE_FIELDS) if (isSet(container, field)) refuse(field);
    for (const [j, mount] of objs(container, 'volumeMounts').entries())
      for (const field of ['subPath', 'subPathExpr']) if (str(mount, field) !== '') refuse(`volumeMounts[${j}].${field}`);
  }
}
