/** What two clusters must have in common: objects without what differs from run to run. */
import type { Json, JsonObject } from '../differential/shapes.ts';

const SUFFIX = '[bcdfghjklmnpqrstvwxz2456789]{5}';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const ACCESS = new RegExp(`kube-api-access-${SUFFIX}`, 'g');
const OWNERS = new Set(['ReplicaSet', 'DaemonSet', 'Job']);
const HASH_LABELS = ['pod-template-hash', 'controller-revision-hash', 'controller.kubernetes.io/hash'];

type Seen = Readonly<Record<string, readonly JsonObject[]>>;

export function normalised(seen: Seen, namespace: string): unknown {
  const words = new Map<string, string>([[namespace, '<ns>']]);
  for (const [word, stand] of hashes(seen)) words.set(word, stand);
  const prefixes = new Set(Object.values(seen).flatMap((objects) => objects.flatMap(prefixesOf)));
  const result: Record<string, unknown> = {};
  for (const [collection, objects] of Object.entries(seen)) {
    const told = objects.filter((object) => ((object['source'] ?? {}) as JsonObject)['component'] !== 'kubelet');
    const views = told.map((object) => (collection === 'events' ? eventView(object) : objectView(collection, object)));
    const texts = views.map((view) => JSON.stringify(scrub(view, words, prefixes)));
    result[collection] = texts.sort().map((text): unknown => JSON.parse(text));
  }
  return result;
}

function meta(object: JsonObject): JsonObject {
  return (object['metadata'] ?? {}) as JsonObject;
}

/** What generated names begin with, those of children that are gone among them. */
function prefixesOf(object: JsonObject): string[] {
  const { generateName, name } = meta(object);
  const own = OWNERS.has(String(object['kind'])) || 'template' in ((object['spec'] ?? {}) as JsonObject) ? [`${String(name)}-`] : [];
  const indexed = object['kind'] === undefined && own.length > 0 ? [0, 1, 2, 3].map((index) => `${String(name)}-${index}-`) : [];
  return typeof generateName === 'string' ? [generateName, ...indexed, ...own] : [...indexed, ...own];
}

/** Hashes of templates: both servers hash differently. Numbered in the order of the revisions that they stand for. */
function* hashes(seen: Seen): Generator<[string, string]> {
  const age = (object: JsonObject): number => {
    const annotations = (meta(object)['annotations'] ?? {}) as JsonObject;
    return Number(annotations['deployment.kubernetes.io/revision'] ?? object['revision'] ?? 0);
  };
  const owners = [...(seen['replicasets'] ?? []), ...(seen['controllerrevisions'] ?? [])].sort((left, right) => age(left) - age(right));
  const known = new Set<string>();
  for (const object of [...owners, ...Object.values(seen).flat()]) {
    const labels = (meta(object)['labels'] ?? {}) as JsonObject;
    for (const label of HASH_LABELS) {
      const value = labels[label];
      if (typeof value !== 'string') continue;
      const hash = value.slice(value.lastIndexOf('-') + 1);
      if (known.has(hash)) continue;
      known.add(hash);
      yield [hash, `<hash${known.size}>`];
    }
  }
}

function objectView(collection: string, object: JsonObject): JsonObject {
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _created, managedFields, ...metadata } = meta(object);
  const managers = ((managedFields ?? []) as JsonObject[]).map((entry) => `${entry['operation']} ${entry['subresource'] ?? ''}`);
  const view: JsonObject = { ...object, metadata: { ...metadata, managers: [...new Set(managers)].sort() } };
  // How many steps a rollout takes depends on how fast its pods become ready.
  if (collection === 'replicasets') return withoutSteps(view);
  if (collection !== 'pods') return view;
  // Nodes of different kinds: what a kubelet and what KWOK report is not the controllers' work.
  delete (view['metadata'] as JsonObject)['managers'];
  const status = (object['status'] ?? {}) as JsonObject;
  const scheduled = ((status['conditions'] ?? []) as JsonObject[]).filter(
    (condition) => condition['type'] === 'PodScheduled' && condition['status'] === 'False',
  );
  const { nodeName: _node, ...spec } = (view['spec'] ?? {}) as JsonObject;
  return { ...view, spec, status: { phase: status['phase'] ?? '', conditions: scheduled } };
}

function withoutSteps(view: JsonObject): JsonObject {
  const { generation: _generation, ...metadata } = meta(view);
  const { observedGeneration: _observed, ...status } = (view['status'] ?? {}) as JsonObject;
  return { ...view, metadata, status };
}

function eventView(event: JsonObject): JsonObject {
  const involved = (event['involvedObject'] ?? {}) as JsonObject;
  const source = (event['source'] ?? {}) as JsonObject;
  return {
    on: `${involved['kind']} ${involved['name']}`,
    fieldPath: involved['fieldPath'] ?? '',
    type: event['type'] ?? '',
    reason: event['reason'] ?? '',
    message: event['message'] ?? '',
    by: `${source['component'] ?? ''} ${event['reportingComponent'] ?? ''}`,
  };
}

function scrub(value: Json, words: ReadonlyMap<string, string>, prefixes: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return value.map((member) => scrub(member, words, prefixes));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, member]) => [key, key === 'resourceVersion' ? '<rv>' : scrub(member, words, prefixes)]),
    );
  }
  if (typeof value !== 'string') return value;
  if (TIME.test(value)) return '<time>';
  let text = value.replace(UID, '<uid>');
  text = text.replace(ACCESS, 'kube-api-access-<rand>');
  for (const prefix of prefixes) {
    text = text.replace(new RegExp(`${quoted(prefix)}${SUFFIX}(?![a-z0-9])`, 'g'), `${prefix}<rand>`);
  }
  for (const [word, stand] of words) text = text.replaceAll(word, stand);
  return text.replace(/\b10\.\d+\.\d+\.\d+\b/g, '<ip>');
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Where two values differ: one line for each place, ours before theirs. */
export function differences(ours: unknown, theirs: unknown, place = ''): string[] {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return [];
  const both = [ours, theirs].every((value) => typeof value === 'object' && value !== null);
  if (!both || Array.isArray(ours) !== Array.isArray(theirs))
    return [`${place}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`];
  const [left, right] = [ours, theirs] as [Record<string, unknown>, Record<string, unknown>];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => differences(left[key], right[key], `${place}.${key}`));
}
