/** The operator's binary. */
import './operator/heap.ts';
import { createTransport, inClusterConfig, isInCluster, KubeError, loadKubeconfig, systemClock } from '@caretaker/kube';
import { FlagError, type OperatorFlags, parseFlags, usage } from './operator/flags.ts';
import { startTenantOperator } from './operator/start.ts';

function readFlags(): OperatorFlags {
  try {
    const flags = parseFlags(process.argv.slice(2), process.env);
    if (flags !== 'help') return flags;
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    process.stderr.write(`${error.message} (${error.hint})\n`);
    process.exit(2);
  }
}

async function main(): Promise<void> {
  const flags = readFlags();
  const clock = systemClock;
  const inPod = flags.kubeconfig === undefined && isInCluster();
  const config = inPod
    ? await inClusterConfig({ clock })
    : await loadKubeconfig({
        clock,
        ...(flags.kubeconfig === undefined ? {} : { path: flags.kubeconfig }),
        ...(flags.context === undefined ? {} : { context: flags.context }),
      });
  const transport = createTransport(config, { clock, userAgent: 'tenant-operator' });
  const operator = startTenantOperator({ transport, flags, clock });
  let signals = 0;
  const onSignal = () => {
    signals += 1;
    if (signals > 1) process.exit(130);
    operator.stop().catch(() => undefined);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    await operator.done;
  } finally {
    await transport.close();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const hint = error instanceof KubeError && error.hint !== '' ? ` (${error.hint})` : '';
    process.stderr.write(`tenant-operator: ${error instanceof Error ? error.message : String(error)}${hint}\n`);
    process.exit(1);
  },
);
