import type { KubeObject } from '@caretaker/kube';
import { list, text } from '../../table/read-value.ts';
import type { ClusterApi, ClusterController } from '../contract.ts';
import { KeyedWorker } from '../keyed-worker.ts';

const SCHEMA = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema' };
const LEVEL = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'PriorityLevelConfiguration' };

/** Says on each FlowSchema whether its priority level exists, as a kube-apiserver does. Requests are not queued by them. */
export function flowSchemas(): ClusterController {
  let stop: () => void = () => {};
  return {
    name: 'flow-schemas',
    start(api) {
      const worker = new KeyedWorker(api, (name) => settle(api, name));
      const all = (): void => {
        for (const schema of api.list(SCHEMA)) worker.add(schema.metadata.name ?? '');
      };
      const unwatch = [api.watch(SCHEMA, ({ object }) => worker.add(object.metadata.name ?? '')), api.watch(LEVEL, all)];
      stop = () => {
        for (const end of unwatch) end();
        worker.stop();
      };
    },
    stop: () => stop(),
  };
}

async function settle(api: ClusterApi, name: string): Promise<void> {
  const schema = api.peek({ ...SCHEMA, name });
  if (schema === undefined) return;
  const level = text(schema, 'spec.priorityLevelConfiguration.name');
  const found = api.peek({ ...LEVEL, name: level }) !== undefined;
  const others = list(schema, 'status.conditions').filter((condition) => condition['type'] !== 'Dangling');
  const before = list(schema, 'status.conditions').find((condition) => condition['type'] === 'Dangling');
  const dangling = danglingCondition(level, found);
  if (before?.['status'] === dangling.status && before['message'] === dangling.message) return;
  const conditions = [...others, { ...dangling, lastTransitionTime: timeOf(api) }];
  await api.update({ ...schema, status: { conditions } } as KubeObject, { subresource: 'status' });
}

function danglingCondition(level: string, found: boolean) {
  const outcome = found ? 'and it exists' : 'but there is no such object';
  const message = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)} ${outcome}`;
  return { type: 'Dangling', status: found ? 'False' : 'True', reason: found ? 'Found' : 'NotFound', message };
}

const timeOf = (api: ClusterApi): string => `${new Date(api.clock.now()).toISOString().slice(0, 19)}Z`;
