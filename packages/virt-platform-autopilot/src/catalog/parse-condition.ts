import type { Node } from 'yaml';
import { topologyFields } from '../context/topology.ts';
import { type Condition, detectors } from './types.ts';
import type { YamlReader } from './yaml-reader.ts';

const types = ['annotation', 'feature-gate', 'hardware-detection', 'image', 'hco-field-unconfigured', 'topology'] as const;

/** Which fields each type of condition has; all of them must be there except `value` where it may be left out. */
const fields: Record<(typeof types)[number], Readonly<Record<string, 'required' | 'optional'>>> = {
  annotation: { type: 'required', key: 'required', value: 'optional' },
  'feature-gate': { type: 'required', value: 'required' },
  'hardware-detection': { type: 'required', detector: 'required' },
  image: { type: 'required', key: 'required' },
  'hco-field-unconfigured': { type: 'required', path: 'required' },
  topology: { type: 'required', field: 'required', value: 'optional' },
};

export function parseConditions(reader: YamlReader, node: Node | null | undefined, what: string): Condition[] {
  return reader.list(node, `${what}: conditions`).flatMap((item) => {
    const condition = parseCondition(reader, item, `${what}: a condition`);
    return condition === undefined ? [] : [condition];
  });
}

function parseCondition(reader: YamlReader, node: Node | null, what: string): Condition | undefined {
  const known = Object.fromEntries(['type', 'key', 'value', 'detector', 'path', 'field'].map((name) => [name, 'optional' as const]));
  const typeNode = reader.mapping(node, what, known).get('type');
  if (typeNode === undefined) {
    reader.fault(node, `${what}: field "type" is missing`);
    return undefined;
  }
  const before = reader.faults.length;
  const type = reader.choice(typeNode, `${what}: type`, types, 'annotation');
  if (reader.faults.length > before) return undefined;
  const members = reader.mapping(node, `${what} of type ${type}`, fields[type]);
  const text = (name: string): string => reader.text(members.get(name), `${what}: ${name}`);
  switch (type) {
    case 'annotation':
      return { type, key: text('key'), value: reader.optionalText(members.get('value'), `${what}: value`) };
    case 'feature-gate':
      return { type, value: text('value') };
    case 'hardware-detection':
      return {
        type,
        detector: reader.choice(members.get('detector'), `${what}: detector`, detectors, 'pciDevicesPresent'),
      };
    case 'image':
      return { type, key: text('key') };
    case 'hco-field-unconfigured':
      return { type, path: text('path') };
    case 'topology':
      return {
        type,
        field: reader.choice(members.get('field'), `${what}: field`, topologyFields, 'isHCP'),
        value: reader.optionalText(members.get('value'), `${what}: value`),
      };
  }
}
