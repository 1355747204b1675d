import type { JsonObject, KubeObject } from '@caretaker/kube';
import { matchesLabels } from '../../selectors/label-selector.ts';
import { labelSelectorOf } from '../../selectors/label-selector-object.ts';
import { deepEqual } from '../../server/writes/deep-equal.ts';
import type { ClusterApi, ClusterController } from '../contract.ts';
import { KeyedWorker } from '../keyed-worker.ts';

const KIND = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' };

/** Fills the rules of ClusterRoles that aggregate others by label. */
export function clusterRoleAggregation(): ClusterController {
  let stop: () => void = () => {};
  return {
    name: 'clusterrole-aggregation-controller',
    start(api) {
      const worker = new KeyedWorker(api, (name) => aggregate(api, name));
      const unwatch = api.watch(KIND, ({ object, previous }) => {
        for (const role of api.list(KIND)) {
          if (role.metadata.name === object.metadata.name || selects(role, object) || (previous !== undefined && selects(role, previous))) {
            worker.add(role.metadata.name ?? '');
          }
        }
      });
      stop = () => {
        unwatch();
        worker.stop();
      };
    },
    stop: () => stop(),
  };
}

function selectorsOf(role: KubeObject): unknown[] {
  const rule = role['aggregationRule'];
  if (rule === null || typeof rule !== 'object' || !('clusterRoleSelectors' in rule) || !Array.isArray(rule.clusterRoleSelectors))
    return [];
  return rule.clusterRoleSelectors;
}

function selects(role: KubeObject, candidate: KubeObject): boolean {
  return selectorsOf(role).some((selector) => {
    const parsed = labelSelectorOf(selector);
    return parsed !== undefined && matchesLabels(parsed, candidate.metadata.labels);
  });
}

/** The rules of all selected roles, each once, in order of the roles' names. */
export function aggregatedRules(role: KubeObject, roles: readonly KubeObject[]): JsonObject[] {
  const rules: JsonObject[] = [];
  for (const selector of selectorsOf(role)) {
    const parsed = labelSelectorOf(selector);
    if (parsed === undefined) continue;
    for (const candidate of roles) {
      if (candidate.metadata.name === role.metadata.name || !matchesLabels(parsed, candidate.metadata.labels)) continue;
      for (const rule of Array.isArray(candidate['rules']) ? (candidate['rules'] as JsonObject[]) : []) {
        if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
      }
    }
  }
  return rules;
}

async function aggregate(api: ClusterApi, name: string): Promise<void> {
  const role = api.peek({ ...KIND, name });
  if (role === undefined || selectorsOf(role).length === 0 || role.metadata.deletionTimestamp !== undefined) return;
  const rules = aggregatedRules(role, api.list(KIND));
  if (deepEqual(rules, role['rules'] ?? [])) return;
  await api.apply({ ...KIND, metadata: { name }, rules }, { fieldManager: 'clusterrole-aggregation-controller', force: true });
}
