import { type FunctionMap, fromHost, GoError, GoFunction, T, type Value } from 'gotemplate';
import { autopilot } from 'gotemplate/sets/autopilot';
import { configMapData, crdEnum, objectExists, prometheusRuleHasRecordingRule, storageProfileRwxClass } from './cluster-functions.ts';
import { type ClusterView, emptyClusterView } from './cluster-view.ts';

/** What the functions of one template reach while it renders; rendering is synchronous, so one slot is enough. */
export interface FunctionHost {
  view: ClusterView;
  /** Text of a file below the assets folder; undefined when there is none. */
  readAsset(path: string): string | undefined;
}

export function functionHost(readAsset: (path: string) => string | undefined): FunctionHost {
  return { view: emptyClusterView, readAsset };
}

/** The functions of docs/customization.md: the autopilot set and those that look into the cluster or the assets. */
export function templateFunctions(host: FunctionHost): FunctionMap {
  return {
    ...autopilot,
    crdEnum: texts(2, ([crd = '', path = '']) => crdEnum(host.view, crd, path)),
    crdHasEnum: texts(3, ([crd = '', path = '', value = '']) => crdEnum(host.view, crd, path).includes(value)),
    objectExists: texts(3, ([kind = '', namespace = '', name = '']) => objectExists(host.view, kind, namespace, name)),
    prometheusRuleHasRecordingRule: texts(3, ([namespace = '', name = '', record = '']) =>
      prometheusRuleHasRecordingRule(host.view, namespace, name, record),
    ),
    getConfigMapData: texts(3, ([namespace = '', name = '', key = '']) => configMapData(host.view, namespace, name, key)),
    storageProfileRWXClass: texts(0, () => storageProfileRwxClass(host.view)),
    readAsset: texts(1, ([path = '']) => {
      const text = host.readAsset(path);
      if (text === undefined) throw new GoError(`there is no file ${JSON.stringify(path)} below the assets folder`);
      return text;
    }),
  };
}

/** A function of `count` strings; what it returns becomes a Go value. */
function texts(count: number, call: (args: string[]) => unknown): GoFunction {
  const params = Array.from({ length: count }, () => T.string);
  return new GoFunction(params, false, (args: Value[]) => fromHost(call(args.map(String)), 'int64'));
}
