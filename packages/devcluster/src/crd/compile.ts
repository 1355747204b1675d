/** From a CustomResourceDefinition to the kinds it serves. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';
import type {
  CompiledDefinition,
  ConversionWebhook,
  PrinterColumn,
  ScalePaths,
  Strategy,
  SubresourceInfo,
  TypeInfo,
} from '../schema/contract.ts';
import { CompiledKind } from './custom-kind.ts';
import { rootTypeSchema } from './type-schema.ts';
import { compareVersions } from './version-order.ts';

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const SUBRESOURCE_VERBS = ['get', 'patch', 'update'];

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const object = (value: JsonValue | undefined): JsonObject => (value !== undefined && isMap(value) ? value : {});
const list = (value: JsonValue | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isMap) : []);
const strings = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

function scaleOf(subresources: JsonObject): ScalePaths | undefined {
  const scale = subresources['scale'];
  if (scale === undefined || !isMap(scale)) return undefined;
  const selector = text(scale['labelSelectorPath']);
  return {
    specReplicas: text(scale['specReplicasPath']),
    statusReplicas: text(scale['statusReplicasPath']),
    ...(selector === '' ? {} : { selector }),
  };
}

function columnOf(column: JsonObject): PrinterColumn {
  return {
    name: text(column['name']),
    type: text(column['type']),
    jsonPath: text(column['jsonPath']),
    ...(text(column['format']) === '' ? {} : { format: text(column['format']) }),
    ...(text(column['description']) === '' ? {} : { description: text(column['description']) }),
    ...(typeof column['priority'] === 'number' ? { priority: column['priority'] } : {}),
  };
}

function strategyOf(hasStatus: boolean): Strategy {
  return {
    countsGeneration: true,
    allowCreateOnUpdate: false,
    allowUnconditionalUpdate: false,
    gracefulDelete: false,
    collectsDependents: true,
    defaultPropagation: 'background',
    resetFields: hasStatus ? { '': [['status']], status: [['metadata'], ['spec']] } : {},
  };
}

/** Names the best newer version that may be used instead. */
function deprecationOf(versions: readonly JsonObject[], self: { group: string; version: string; kind: string }): string {
  const [better] = versions
    .filter(
      (version) => version['served'] === true && version['deprecated'] !== true && compareVersions(text(version['name']), self.version) < 0,
    )
    .map((version) => text(version['name']))
    .sort(compareVersions);
  const words = `${self.group}/${self.version} ${self.kind} is deprecated`;
  return better === undefined ? words : `${words}; use ${self.group}/${better} ${self.kind}`;
}

function conversionOf(spec: JsonObject): ConversionWebhook | undefined {
  const conversion = object(spec['conversion']);
  if (conversion['strategy'] !== 'Webhook') return undefined;
  const webhook = object(conversion['webhook']);
  return { webhook, reviewVersions: strings(webhook['conversionReviewVersions']) };
}

function typeOf(definition: JsonObject, version: JsonObject, conversion: ConversionWebhook | undefined): TypeInfo {
  const spec = object(definition['spec']);
  const accepted = object(object(definition['status'])['acceptedNames']);
  // served are the names that were accepted; before that, the wished ones
  const names = text(accepted['plural']) === '' ? object(spec['names']) : accepted;
  const self = { group: text(spec['group']), version: text(version['name']), kind: text(names['kind']) };
  const given = object(version['subresources']);
  const scale = scaleOf(given);
  const hasStatus = given['status'] !== undefined;
  const subresources = new Map<string, SubresourceInfo>();
  if (hasStatus) subresources.set('status', { name: 'status', verbs: SUBRESOURCE_VERBS, ...self });
  if (scale !== undefined)
    subresources.set('scale', { name: 'scale', verbs: SUBRESOURCE_VERBS, group: 'autoscaling', version: 'v1', kind: 'Scale' });
  const custom = new CompiledKind(object(object(version['schema'])['openAPIV3Schema']), hasStatus, scale);
  const warning =
    version['deprecated'] === true ? text(version['deprecationWarning']) || deprecationOf(list(spec['versions']), self) : undefined;
  const columns = list(version['additionalPrinterColumns']).map(columnOf);
  return {
    ...self,
    listKind: text(names['listKind']),
    plural: text(names['plural']),
    singular: text(names['singular']),
    shortNames: strings(names['shortNames']),
    categories: strings(names['categories']),
    namespaced: spec['scope'] === 'Namespaced',
    verbs: VERBS,
    subresources,
    builtin: false,
    virtual: false,
    schema: rootTypeSchema(custom.structural),
    custom,
    ...(conversion === undefined ? {} : { conversion }),
    strategy: strategyOf(hasStatus),
    selectableFields: list(version['selectableFields']).map((field) => text(field['jsonPath'])),
    ...(scale === undefined ? {} : { scale }),
    ...(columns.length === 0 ? {} : { printerColumns: columns }),
    ...(warning === undefined ? {} : { deprecationWarning: warning }),
  };
}

/** The kinds of a definition that was validated. Throws when it has no storage version. */
export function compileDefinition(definition: KubeObject): CompiledDefinition {
  const source = definition as unknown as JsonObject;
  const spec = object(source['spec']);
  const versions = list(spec['versions']);
  const conversion = conversionOf(spec);
  const types = new Map(versions.map((version) => [version, typeOf(source, version, conversion)]));
  const stored = versions.find((version) => version['storage'] === true);
  const storage = stored === undefined ? undefined : types.get(stored);
  if (storage === undefined) throw new Error(`definition ${definition.metadata.name ?? ''} has no storage version`);
  const served = versions.filter((version) => version['served'] === true).sort((a, b) => compareVersions(text(a['name']), text(b['name'])));
  return { types: served.map((version) => types.get(version)).filter((type) => type !== undefined), storage };
}
