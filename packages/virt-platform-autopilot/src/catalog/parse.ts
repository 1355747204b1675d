import type { Node } from 'yaml';
import { parseConditions } from './parse-condition.ts';
import type { AssetEntry, Catalog, CrdEntry, FeatureEntry } from './types.ts';
import { YamlReader } from './yaml-reader.ts';

/** Reads `assets/catalog.yaml`. Throws `CatalogInvalid` with one line per fault: file, line, column, what is wrong. */
export function parseCatalog(file: string, text: string): Catalog {
  const reader = new YamlReader(file, text);
  const root = reader.mapping(reader.root, 'the catalog', {
    framework: 'optional',
    assets: 'required',
    crds: 'optional',
    excluded_assets: 'optional',
    features: 'optional',
  });
  const framework = parseFramework(reader, root.get('framework'));
  const crds = reader.list(root.get('crds'), 'crds').map((node) => parseCrd(reader, node));
  const assets = reader.list(root.get('assets'), 'assets').map((node) => parseAsset(reader, node));
  const excludedAssets = reader.texts(root.get('excluded_assets'), 'excluded_assets');
  const features = reader.list(root.get('features'), 'features').map((node) => parseFeature(reader, node));
  reader.finish();
  return { framework, assets, crds, excludedAssets, features };
}

function parseFramework(reader: YamlReader, node: Node | null | undefined): Catalog['framework'] {
  if (node === undefined) return { maturity: 'GA' };
  const members = reader.mapping(node, 'framework', { maturity: 'optional', opt_in: 'optional' });
  return {
    maturity: reader.optionalText(members.get('maturity'), 'framework.maturity') ?? 'GA',
    optIn: reader.optionalText(members.get('opt_in'), 'framework.opt_in'),
  };
}

function parseCrd(reader: YamlReader, node: Node | null): CrdEntry {
  const members = reader.mapping(node, 'an entry of crds', { name: 'required', apiVersion: 'required', kind: 'required' });
  const name = reader.text(members.get('name'), 'the name of a CRD');
  const apiVersion = reader.text(members.get('apiVersion'), 'apiVersion');
  const kind = reader.text(members.get('kind'), 'kind');
  const group = apiVersion.split('/')[0] ?? '';
  if (name !== '' && apiVersion !== '' && !name.endsWith(`.${group}`)) {
    reader.fault(members.get('name'), `CRD "${name}" must be named <plural>.${group} after the group of its apiVersion`);
  }
  return { name, apiVersion, kind };
}

function parseAsset(reader: YamlReader, node: Node | null): AssetEntry {
  const members = reader.mapping(node, 'an asset', {
    name: 'required',
    path: 'required',
    group: 'optional',
    phase: 'optional',
    install: 'required',
    component: 'optional',
    reconcile_order: 'optional',
    conditions: 'optional',
    gate_crd: 'optional',
    api_versions: 'optional',
    template_params: 'optional',
  });
  const name = reader.text(members.get('name'), 'the name of an asset');
  return {
    name,
    group: reader.optionalText(members.get('group'), `asset "${name}": group`),
    path: reader.text(members.get('path'), `asset "${name}": path`),
    phase: reader.whole(members.get('phase'), `asset "${name}": phase`),
    install: reader.choice(members.get('install'), `asset "${name}": install`, ['always', 'opt-in'] as const, 'always'),
    component: reader.optionalText(members.get('component'), `asset "${name}": component`) ?? '',
    reconcileOrder: members.has('reconcile_order') ? reader.whole(members.get('reconcile_order'), `asset "${name}": reconcile_order`) : 1,
    conditions: parseConditions(reader, members.get('conditions'), `asset "${name}"`),
    gateCrd: reader.optionalText(members.get('gate_crd'), `asset "${name}": gate_crd`),
    apiVersions: reader.texts(members.get('api_versions'), `asset "${name}": api_versions`),
    templateParams: reader.textMap(members.get('template_params'), `asset "${name}": template_params`),
    line: reader.line(node),
  };
}

function parseFeature(reader: YamlReader, node: Node | null): FeatureEntry {
  const members = reader.mapping(node, 'a feature', {
    name: 'required',
    description: 'required',
    maturity: 'optional',
    assets: 'optional',
    groups: 'optional',
    requires: 'optional',
    recommended: 'optional',
  });
  const name = reader.text(members.get('name'), 'the name of a feature');
  return {
    name,
    description: reader.text(members.get('description'), `feature "${name}": description`),
    maturity: members.has('maturity')
      ? reader.choice(members.get('maturity'), `feature "${name}": maturity`, ['ga', 'tp', 'dp'] as const, 'ga')
      : undefined,
    assets: reader.texts(members.get('assets'), `feature "${name}": assets`),
    groups: reader.texts(members.get('groups'), `feature "${name}": groups`),
    requires: reader.texts(members.get('requires'), `feature "${name}": requires`),
    recommended: reader.texts(members.get('recommended'), `feature "${name}": recommended`),
  };
}
