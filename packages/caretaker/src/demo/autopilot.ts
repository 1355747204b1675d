import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Console } from '../terminal/console.ts';
import type { Connection } from './connect.ts';
import { applyAll, installation } from './install.ts';
import { loadManifests } from './manifests.ts';
import { autopilot } from './names.ts';
import { root } from './root.ts';

const home = join(root, 'packages', 'virt-platform-autopilot');

/** OpenShift-like definitions and a HyperConverged, then config/virt-platform-autopilot with its pod as a local process. */
export async function installAutopilot(connection: Connection): Promise<void> {
  const definitions = globSync('testdata/crds/*.yaml', { cwd: home }).sort();
  await applyAll(
    connection,
    definitions.flatMap((file) => loadManifests(join(home, file))),
  );
  await applyAll(connection, loadManifests(join(root, 'examples', 'openshift')));
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', join(home, 'src', 'main.ts')];
  const args = ['--metrics-bind-address=:8080', '--debug-bind-address=:8081', '--health-probe-bind-address=:8082'];
  await applyAll(
    connection,
    installation(join(root, 'config', 'virt-platform-autopilot'), { deployment: autopilot.deployment, command, args }),
  );
}

const service = { apiVersion: 'v1', kind: 'Service', namespace: autopilot.namespace, name: autopilot.metricsService };

/** Changes a golden object by hand and shows how long it stays changed. */
export async function showHealing({ client, informers }: Connection, console: Console, signal: AbortSignal): Promise<void> {
  const informer = informers.acquire({ apiVersion: 'v1', kind: 'Service', namespace: autopilot.namespace });
  const selector = (): string => JSON.stringify(informer.get(service.namespace, service.name)?.['spec'] ?? '');
  const seen = (test: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (test() || signal.aborted) resolve();
      };
      informer.subscribe({ added: look, modified: look, synced: look });
      signal.addEventListener('abort', () => resolve(), { once: true });
      look();
    });
  console.say('waiting for the autopilot to apply its golden assets');
  await seen(() => selector().includes('"selector"'));
  if (signal.aborted) return;
  console.say(`changing Service ${service.name} by hand: selector app=somebody-else`);
  const started = performance.now();
  await client.patch(service, { type: 'merge', body: { spec: { selector: { app: 'somebody-else' } } } }, { fieldManager: 'somebody' });
  await seen(() => selector().includes('somebody-else'));
  await seen(() => !selector().includes('somebody-else'));
  if (!signal.aborted) console.out(`drift of Service ${service.name} repaired after ${Math.round(performance.now() - started)} ms`);
  informer.release();
}

/** Commands of its runbook that work as printed. */
export function printAutopilotAdvice(console: Console): void {
  console.say('');
  console.say(console.bold('Of the autopilot:'));
  console.say(
    `  kubectl exec -n ${autopilot.namespace} deploy/${autopilot.deployment} -- curl -s localhost:8080/metrics | grep virt_platform_compliance_status`,
  );
  console.say(`  kubectl logs -n ${autopilot.namespace} -l app=${autopilot.deployment} --tail=20`);
  console.say(
    `  kubectl annotate service ${autopilot.metricsService} -n ${autopilot.namespace} platform.kubevirt.io/mode=unmanaged   # and it lets go`,
  );
}
