/** Conditions and accepted names of a definition: no two definitions of a group may use one name for different things. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { equalValues, isMap } from '../apply/typed-view.ts';

const object = (value: JsonValue | undefined): JsonObject => (value !== undefined && isMap(value) ? value : {});
const list = (value: JsonValue | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isMap) : []);
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const strings = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

const body = (definition: KubeObject): JsonObject => definition as unknown as JsonObject;
const specOf = (definition: KubeObject): JsonObject => object(body(definition)['spec']);
const statusOf = (definition: KubeObject): JsonObject => object(body(definition)['status']);

/** Names that other definitions of the group have taken. */
function takenNames(definition: KubeObject, others: readonly KubeObject[]): { resources: Set<string>; kinds: Set<string> } {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const other of others) {
    if (other.metadata.name === definition.metadata.name || specOf(other)['group'] !== specOf(definition)['group']) continue;
    const names = object(statusOf(other)['acceptedNames']);
    for (const name of [text(names['plural']), text(names['singular']), ...strings(names['shortNames'])])
      if (name !== '') resources.add(name);
    for (const kind of [text(names['kind']), text(names['listKind'])]) if (kind !== '') kinds.add(kind);
  }
  return { resources, kinds };
}

interface Verdict {
  readonly accepted: JsonObject;
  readonly condition: JsonObject;
}

const CONFLICT_REASONS = {
  plural: 'PluralConflict',
  singular: 'SingularConflict',
  shortNames: 'ShortNamesConflict',
  kind: 'KindConflict',
  listKind: 'ListKindConflict',
} as const;

/** Accepts each requested name that is free; keeps what was accepted before where it is not. */
function judge(definition: KubeObject, others: readonly KubeObject[]): Verdict {
  const requested = object(specOf(definition)['names']);
  const before = object(statusOf(definition)['acceptedNames']);
  const { resources, kinds } = takenNames(definition, others);
  const accepted: JsonObject = { ...before };
  let conflict: { reason: string; message: string } | undefined;
  const complain = (reason: string, name: string): void => {
    conflict = { reason, message: `${JSON.stringify(name)} is already in use` };
  };
  for (const field of ['plural', 'singular'] as const) {
    const name = text(requested[field]);
    if (name !== text(before[field]) && resources.has(name)) complain(CONFLICT_REASONS[field], name);
    else accepted[field] = name;
  }
  const shortNames = strings(requested['shortNames']);
  const busy = shortNames.filter((name) => !strings(before['shortNames']).includes(name) && resources.has(name));
  if (busy.length > 0) complain(CONFLICT_REASONS.shortNames, busy[0] ?? '');
  else setList(accepted, 'shortNames', shortNames);
  for (const field of ['kind', 'listKind'] as const) {
    const name = text(requested[field]);
    if (name !== text(before[field]) && kinds.has(name)) complain(CONFLICT_REASONS[field], name);
    else accepted[field] = name;
  }
  setList(accepted, 'categories', strings(requested['categories']));
  const condition: JsonObject =
    conflict === undefined
      ? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
      : { type: 'NamesAccepted', status: 'False', ...conflict };
  return { accepted, condition };
}

function setList(target: JsonObject, name: string, values: readonly string[]): void {
  if (values.length > 0) target[name] = [...values];
  else delete target[name];
}

/** Sets a condition; the time changes only when the status does. */
function withCondition(conditions: readonly JsonObject[], condition: JsonObject, now: string): JsonObject[] {
  const known = conditions.find((one) => one['type'] === condition['type']);
  if (known === undefined) return [...conditions, stamped(condition, now)];
  const time = known['status'] === condition['status'] ? text(known['lastTransitionTime']) : now;
  return conditions.map((one) => (one === known ? stamped(condition, time === '' ? now : time) : one));
}

const stamped = (condition: JsonObject, time: string): JsonObject => ({ ...condition, lastTransitionTime: time });

const isTrue = (conditions: readonly JsonObject[], type: string): boolean =>
  conditions.some((one) => one['type'] === type && one['status'] === 'True');

/** The status that a definition should have; undefined when it has it. */
export function definitionStatus(definition: KubeObject, others: readonly KubeObject[], now: string): JsonObject | undefined {
  const status = statusOf(definition);
  const { accepted, condition } = judge(definition, others);
  let conditions = withCondition(list(status['conditions']), condition, now);
  const namesAccepted = condition['status'] === 'True';
  if (namesAccepted && !isTrue(conditions, 'Established')) {
    const established = {
      type: 'Established',
      status: 'True',
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    };
    conditions = withCondition(conditions, established, now);
  } else if (!namesAccepted && !conditions.some((one) => one['type'] === 'Established')) {
    const established = { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
    conditions = withCondition(conditions, established, now);
  }
  if (definition.metadata.deletionTimestamp !== undefined && !conditions.some((one) => one['type'] === 'Terminating')) {
    const terminating = {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    };
    conditions = withCondition(conditions, terminating, now);
  }
  const stored = strings(status['storedVersions']);
  const storage = list(specOf(definition)['versions']).find((version) => version['storage'] === true);
  const storageName = text(storage?.['name']);
  const storedVersions = storageName === '' || stored.includes(storageName) ? stored : [...stored, storageName];
  const next: JsonObject = { ...status, conditions, acceptedNames: accepted, storedVersions };
  return equalValues(next, status) ? undefined : next;
}
