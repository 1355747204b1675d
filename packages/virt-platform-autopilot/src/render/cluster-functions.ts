import type { KubeObject } from '@caretaker/kube';
import { isRecord, listAt, memberAt, stringAt } from '../json.ts';
import type { ClusterView } from './cluster-view.ts';

const prometheusRule = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule' };

/** The enum of a field in a CRD's storage version; of a list field the enum of its items. Any miss gives none. `path` is dotted, e.g. `spec.profiles`. */
export function crdEnum(view: ClusterView, crd: string, path: string): string[] {
  const [definition] = view.find({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: crd });
  const version = listAt(definition, 'spec', 'versions').find((entry) => memberAt(entry, 'storage') === true);
  let schema: unknown = memberAt(version, 'schema', 'openAPIV3Schema');
  for (const name of path.split('.')) schema = memberAt(schema, 'properties', name);
  const values = memberAt(schema, 'type') === 'array' ? listAt(schema, 'items', 'enum') : listAt(schema, 'enum');
  return values.filter((value) => typeof value === 'string');
}

/** `kind` is a kind of monitoring.coreos.com/v1, or `group/version/Kind` (`v1/Kind` for the core group). */
export function objectExists(view: ClusterView, kind: string, namespace: string, name: string): boolean {
  const slash = kind.lastIndexOf('/');
  const apiVersion = slash < 0 ? prometheusRule.apiVersion : kind.slice(0, slash);
  return view.find({ apiVersion, kind: kind.slice(slash + 1), ...(namespace === '' ? {} : { namespace }), name }).length > 0;
}

export function prometheusRuleHasRecordingRule(view: ClusterView, namespace: string, name: string, record: string): boolean {
  const [rule] = view.find({ ...prometheusRule, namespace, name });
  return listAt(rule, 'spec', 'groups').some((group) => listAt(group, 'rules').some((entry) => memberAt(entry, 'record') === record));
}

export function configMapData(view: ClusterView, namespace: string, name: string, key: string): string {
  const [configMap] = view.find({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
  return stringAt(configMap, 'data', key) ?? '';
}

/** The alphabetically first storage class that CDI knows to give shared file systems. */
export function storageProfileRwxClass(view: ClusterView): string {
  const profiles = view.find({ apiVersion: 'cdi.kubevirt.io/v1beta1', kind: 'StorageProfile' });
  const classes = profiles
    .filter(offersSharedFileSystem)
    .map((profile) => stringAt(profile, 'status', 'storageClass') ?? profile.metadata.name ?? '');
  return classes.filter((name) => name !== '').sort()[0] ?? '';
}

function offersSharedFileSystem(profile: KubeObject): boolean {
  return listAt(profile, 'status', 'claimPropertySets').some(
    (set) => isRecord(set) && set['volumeMode'] === 'Filesystem' && listAt(set, 'accessModes').includes('ReadWriteMany'),
  );
}
