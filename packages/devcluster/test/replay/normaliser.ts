import { canonicalText, compareText } from './canonical.ts';
import { isRecord } from './json-paths.ts';
import { isCollection, PICKED_LIST } from './shape.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\b20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
const JWT = /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g;

/** Where a value stands. */
interface Place {
  readonly key?: string | undefined;
  readonly collection?: boolean;
  readonly clusterIPs?: boolean;
}

/** Replaces what varies from run to run by names: equal numbers mean equal values within a scenario. Values that the scenario itself sends stay. */
export class Normaliser {
  readonly #rid: string;
  readonly #sent: string;
  readonly #keepOrder: boolean;
  readonly #ids = new Map<string, Map<string, string>>();
  readonly #generated = new Map<string, string>();
  readonly replacements: [string, string][] = [];

  constructor(rid: string, sent: string, keepOrder: boolean) {
    this.#rid = rid;
    this.#sent = sent;
    this.#keepOrder = keepOrder;
  }

  /** Generated names are learnt before anything is rewritten. */
  prepare(value: unknown): void {
    if (!isRecord(value)) return;
    const { metadata } = value;
    if (isRecord(metadata)) {
      const { generateName: base, name } = metadata;
      if (
        typeof base === 'string' &&
        typeof name === 'string' &&
        name.startsWith(base) &&
        name.length === base.length + 5 &&
        !this.#sent.includes(name)
      ) {
        if (!this.#generated.has(name)) this.#generated.set(name, `${this.text(base)}<rand:${this.#generated.size + 1}>`);
      }
    }
    for (const each of Object.values(value)) this.prepare(each);
  }

  text(input: string): string {
    let text = input;
    for (const [value, name] of this.replacements) if (value !== '') text = text.split(value).join(`\${${name}}`);
    for (const [value, name] of this.#generated) text = text.split(value).join(name);
    text = text.split(`t-${this.#rid}`).join('${ns}').split(this.#rid).join('${rid}');
    text = text.replace(UUID, (uid) => (this.#sent.includes(uid) ? uid : this.#id('uid', uid)));
    text = text.replace(JWT, '<jwt>');
    text = text.replace(TIME, (time) => (this.#sent.includes(time) ? time : /\.\d{4,}/.test(time) ? '<microtime>' : '<time>'));
    text = text.replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<rand>');
    text = text.replace(/(ResourceVersion in (?:precondition|object meta): )(\d+)/g, (_, before, version) =>
      this.#sent.includes(`"${String(version)}"`)
        ? `${String(before)}${String(version)}`
        : `${String(before)}${this.#id('rv', String(version))}`,
    );
    text = text
      .replace(/(Too large resource version: )(\d+)(, current: )(\d+)/, '$1<n>$3<n>')
      .replace(/(too old resource version: )(\d+) \((\d+)\)/, '$1<n> (<n>)');
    text = text.replace(
      /(ResourceVersion in (?:the precondition|record) \()(\d+)(?=\))/g,
      (_, before, version) => `${String(before)}${this.#id('rv', String(version))}`,
    );
    text = text.replace(
      /(\\*"resourceVersion\\*":\\*")(\d+)/g,
      (_, before, version) => `${String(before)}${this.#id('rv', String(version))}`,
    );
    return text.replace(/Invalid value: "\{.*\}": /g, 'Invalid value: "<object>": ').replace(/in scheme "[^"]+"/g, 'in scheme "<scheme>"');
  }

  walk(value: unknown, place: Place = {}): unknown {
    if (typeof value === 'string') return this.#walkText(value, place);
    if (typeof value === 'number') return this.#walkNumber(value, place);
    if (Array.isArray(value)) return this.#walkList(value, place);
    return isRecord(value) ? this.#walkObject(value) : value;
  }

  /** Metadata of a collection: its version has no identity. */
  meta(metadata: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, this.walk(value, { key, collection: true })]));
  }

  #id(kind: string, value: string): string {
    const known = this.#ids.get(kind) ?? new Map<string, string>();
    this.#ids.set(kind, known);
    const name = known.get(value) ?? `<${kind}:${known.size + 1}>`;
    known.set(value, name);
    return name;
  }

  #walkText(value: string, { key = '', collection, clusterIPs }: Place): string {
    if (/(^|\.)resourceVersion$/.test(key) && /^\d+$/.test(value) && value !== '0')
      return collection === true ? '<rv>' : this.#id('rv', value);
    if (key === 'continue' && value !== '') return '<continue>';
    if (key === 'storageVersionHash' && this.#sent.includes('${rid}.example.com')) return '<hash>';
    if ((key === 'clusterIP' || clusterIPs === true) && /^\d+\.\d+\.\d+\.\d+$/.test(value) && !this.#sent.includes(value))
      return this.#id('clusterIP', value);
    return this.text(value);
  }

  #walkNumber(value: number, { key = '' }: Place): unknown {
    const isNodePort = (key === 'nodePort' || key === 'healthCheckNodePort') && value >= 30000 && value <= 32767;
    return isNodePort && !this.#sent.includes(String(value)) ? '<nodePort>' : value;
  }

  #walkList(value: readonly unknown[], { key }: Place): unknown[] {
    const ordered =
      key === 'managedFields' && !this.#keepOrder
        ? [...value].sort((left, right) => compareText(managerKey(left), managerKey(right)))
        : value;
    return ordered.map((each) => this.walk(each, { clusterIPs: key === 'clusterIPs' }));
  }

  #walkObject(input: Record<string, unknown>): Record<string, unknown> {
    const value = prosaic(input);
    const collection = isCollection(value);
    const picked = Reflect.get(input, PICKED_LIST) === true;
    const keys = Object.keys(value).sort(
      (left, right) => Number(left === 'managedFields') - Number(right === 'managedFields') || compareText(left, right),
    );
    const out: Record<string, unknown> = {};
    for (const key of keys) {
      const child = value[key];
      const isMeta = key === 'metadata' && (collection || picked) && isRecord(child);
      out[this.text(key)] = isMeta ? this.meta(child) : this.walk(child, { key, collection: picked && key === 'metadata.resourceVersion' });
    }
    return out;
  }
}

/** Prose and ages of Tables, addresses of servers: not compared. */
function prosaic(value: Record<string, unknown>): Record<string, unknown> {
  let out = value;
  if (value['kind'] === 'APIVersions' && Array.isArray(value['serverAddressByClientCIDRs'])) {
    out = {
      ...out,
      serverAddressByClientCIDRs: value['serverAddressByClientCIDRs'].map((each) => ({ ...each, serverAddress: '<address>' })),
    };
  }
  if (value['kind'] !== 'Table') return out;
  if (Array.isArray(value['columnDefinitions'])) {
    out = { ...out, columnDefinitions: value['columnDefinitions'].map(({ description: _description, ...column }) => column) };
  }
  if (Array.isArray(value['rows'])) {
    const age = (cell: unknown): unknown => (typeof cell === 'string' && /^(\d+[smhdy])+$/.test(cell) ? '<age>' : cell);
    out = { ...out, rows: value['rows'].map((row) => ({ ...row, cells: row.cells.map(age) })) };
  }
  return out;
}

function managerKey(entry: unknown): string {
  if (!isRecord(entry)) return '';
  return [entry['operation'], entry['manager'], entry['apiVersion'], entry['subresource'] ?? '', canonicalText(entry['fieldsV1'])].join(
    '\u0000',
  );
}
