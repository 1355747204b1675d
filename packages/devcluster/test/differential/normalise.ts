/** Answers without what differs between any two servers: identity, time, allocated addresses. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

export interface Answer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: Json;
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

function entryKey(entry: Json): string {
  if (!isObject(entry)) return '';
  return ['manager', 'operation', 'apiVersion', 'subresource'].map((name) => String(entry[name] ?? '')).join('|');
}

function metadata(value: JsonObject): JsonObject {
  const result: JsonObject = { ...value };
  for (const name of ['uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp'])
    if (result[name] !== undefined) result[name] = '*';
  const entries = result['managedFields'];
  // their order follows the second of the clock
  if (Array.isArray(entries)) {
    result['managedFields'] = entries
      .map((entry) => (isObject(entry) && entry['time'] !== undefined ? { ...entry, time: '*' } : entry))
      .sort((a, b) => (entryKey(a) < entryKey(b) ? -1 : 1));
  }
  return result;
}

/** Addresses and ports that a server chose. */
function allocated(spec: JsonObject): JsonObject {
  const result: JsonObject = { ...spec };
  if (typeof result['clusterIP'] === 'string' && /^[\d*]/.test(result['clusterIP'])) {
    result['clusterIP'] = '*';
    result['clusterIPs'] = '*';
  }
  if (result['healthCheckNodePort'] !== undefined) result['healthCheckNodePort'] = '*';
  if (Array.isArray(result['ports'])) {
    result['ports'] = result['ports'].map((port) =>
      isObject(port) && typeof port['nodePort'] === 'number' ? { ...port, nodePort: '*' } : port,
    );
  }
  return result;
}

/**
 * The real server keeps the internalTrafficPolicy of a service that becomes an ExternalName out of sight: it is no change when the service comes back.
 * The development cluster drops it.
 */
function withoutHidden(service: JsonObject): void {
  if (isObject(service['spec'])) {
    service['spec'] = allocated(service['spec']);
    if (service['spec']['type'] === 'ExternalName') delete service['spec']['internalTrafficPolicy'];
  }
  const meta = service['metadata'];
  if (!isObject(meta) || !Array.isArray(meta['managedFields'])) return;
  const entries = meta['managedFields'].map((entry) => {
    if (!isObject(entry) || !isObject(entry['fieldsV1']) || !isObject(entry['fieldsV1']['f:spec'])) return entry;
    const { 'f:internalTrafficPolicy': _, ...spec } = entry['fieldsV1']['f:spec'];
    const { 'f:spec': _spec, ...rest } = entry['fieldsV1'];
    return { ...entry, fieldsV1: Object.keys(spec).length === 0 ? rest : { ...rest, 'f:spec': spec } };
  });
  meta['managedFields'] = entries.filter(
    (entry) => !isObject(entry) || !isObject(entry['fieldsV1']) || Object.keys(entry['fieldsV1']).length > 0,
  );
}

/** Numbers and texts inside messages that no two runs share. */
const settled = (message: string): string =>
  message
    // an empty map or list and none at all are one to the development cluster
    .replace(/Invalid value: (\{\}|\[\])/g, 'Invalid value: null')
    .replace(/UID: [0-9a-f-]{36}/g, 'UID: *')
    .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-*')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '*')
    .replace(/(nodePort[\\":]+)3\d{4}/gi, '$1*')
    .replace(/Duplicate value: 3\d{4}/g, 'Duplicate value: *')
    .replace(/\{(TCP|UDP) 3\d{4}\}/g, '{$1 *}')
    .replace(/10\.96\.\d+\.\d+/g, '*')
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z| \+0000 UTC)/g, '<time>');

/** Objects that a message quotes, with their members in one order. */
function withSortedQuotes(message: string): string {
  return message.replace(/"\{(?:\\.|[^"\\])*\}"/g, (quoted) => {
    try {
      const object = JSON.parse(JSON.parse(quoted) as string) as JsonObject;
      if (isObject(object['metadata'])) object['metadata'] = metadata(object['metadata']);
      if (object['kind'] === 'Service') withoutHidden(object);
      return JSON.stringify(JSON.stringify(sorted(object)));
    } catch {
      return quoted;
    }
  });
}

function deep(value: Json): Json {
  if (typeof value === 'string') return settled(withSortedQuotes(value));
  if (Array.isArray(value)) return value.map(deep);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, deep(member)]));
}

/** Members in one order: that of an answer means nothing. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name] as Json)]),
  );
}

/** `dryRun`: which version an object that is not written has, is of no use. */
export function normalise(answer: Answer, dryRun = false): Answer {
  const { body } = answer;
  if (!isObject(body)) return answer;
  let result: JsonObject = { ...body };
  if (result['kind'] === 'Status') {
    result = deep(result) as JsonObject;
    const details = result['details'];
    // conflicts and faults of types come in the order of a Go map
    if (isObject(details) && Array.isArray(details['causes']) && result['reason'] === 'Conflict')
      details['causes'] = [...details['causes']].sort((a, b) => (JSON.stringify(sorted(a)) < JSON.stringify(sorted(b)) ? -1 : 1));
    // the members of a custom resource, and of a schema, are checked in the order of a Go map
    if (
      isObject(details) &&
      Array.isArray(details['causes']) &&
      details['causes'].length > 1 &&
      (String(details['group']).endsWith('example.com') || details['kind'] === 'CustomResourceDefinition')
    ) {
      details['causes'] = [...details['causes']].sort((a, b) => (JSON.stringify(sorted(a)) < JSON.stringify(sorted(b)) ? -1 : 1));
      result['message'] = '*';
    }
    // the check of a map ends at an unknown field, wherever that comes in the order of a Go map
    if (typeof result['message'] === 'string' && result['message'].includes('field not declared in schema')) result['message'] = '*';
    if (typeof result['message'] === 'string' && result['message'].includes(': errors:\n'))
      result['message'] = result['message'].split('\n').sort().join('\n');
    if (isObject(details) && details['uid'] !== undefined) result['details'] = { ...details, uid: '*' };
    delete result['metadata'];
  } else {
    if (isObject(result['metadata'])) result['metadata'] = metadata(result['metadata']);
    for (const name of ['spec', 'metadata', 'status']) if (result[name] !== undefined) result[name] = deep(result[name] as Json);
    if (result['kind'] === 'Service') withoutHidden(result);
  }
  if (dryRun && isObject(result['metadata'])) delete result['metadata']['resourceVersion'];
  return { ...answer, warnings: answer.warnings.map(settled), body: sorted(result) };
}

/** Places where two values differ, at most a few. */
export function differences(expected: Json | undefined, actual: Json | undefined, at = ''): string[] {
  if (isObject(expected) && isObject(actual)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
    return names.flatMap((name) => differences(expected[name], actual[name], `${at}.${name}`)).slice(0, 6);
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, i) => differences(item, actual[i], `${at}[${i}]`)).slice(0, 6);
  }
  const [left, right] = [JSON.stringify(expected), JSON.stringify(actual)];
  if (left === right) return [];
  let start = 0;
  while (left !== undefined && right !== undefined && left[start] === right[start]) start++;
  const shorten = (text: string | undefined): string =>
    text === undefined ? 'nothing' : `…${text.slice(Math.max(start - 60, 0), start + 300)}`;
  return [`${at}: expected ${shorten(left)}, got ${shorten(right)}`];
}
