import { existsSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { createConsole } from '../terminal/console.ts';
import { watchInterrupt } from '../terminal/interrupt.ts';
import { installAutopilot, printAutopilotAdvice, showHealing } from './autopilot.ts';
import { type RunningCluster, startCluster } from './cluster.ts';
import { type Connection, connect } from './connect.ts';
import { activeCustomers, createCustomerDatabase, sampleCustomers } from './customers.ts';
import { type DataDir, dataDir, prepareDataDir } from './data-dir.ts';
import { refuseWhenRunning, takeLock } from './lock.ts';
import type { DevOptions } from './options.ts';
import { choosePort, portOfLastTime } from './port.ts';
import { applySample, installTenantOperator } from './sample.ts';
import { printAdvice, printSummary, quote } from './summary.ts';
import type { TenantSummary } from './tenants.ts';
import { waitForTenants } from './wait-for-tenants.ts';

/** `caretaker dev` from start to end. */
export async function runDemo(options: DevOptions): Promise<void> {
  const console = createConsole(process.stdout, process.stderr, () => performance.now(), process.env);
  const dir = dataDir(options.dataDir);
  refuseWhenRunning(dir);
  prepareDataDir(dir, options.persist === true);
  const release = takeLock(dir, { pid: process.pid, url: '', kubeconfig: dir.kubeconfig, database: dir.database });
  const interrupt = watchInterrupt(process, () => performance.now(), console.say);
  let cluster: RunningCluster | undefined;
  try {
    cluster = await startCluster(dir, {
      port: await choosePort(options.port, options.persist ? portOfLastTime(dir.kubeconfig) : undefined),
      controllers: options.controllers?.split(',') ?? (options.bare ? [] : ['*']),
      readyDelayMs: options.readyDelay * 1000,
      persist: options.persist === true,
    });
    takeLock(dir, { pid: process.pid, url: cluster.url, kubeconfig: dir.kubeconfig, database: dir.database });
    console.say(`API server at ${cluster.url}, data in ${dir.root}`);
    console.out(`export KUBECONFIG=${quote(dir.kubeconfig)}`);
    if (options.bare) console.out('ready');
    else await runSample(options, dir, console, interrupt.signal);
    if (!options.once) await aborted(interrupt.signal);
  } finally {
    await cluster?.close();
    release();
    interrupt.dispose();
  }
}

type Terminal = ReturnType<typeof createConsole>;

async function runSample(options: DevOptions, dir: DataDir, console: Terminal, signal: AbortSignal): Promise<void> {
  if (!existsSync(dir.database)) createCustomerDatabase(dir.database, sampleCustomers(options.rows));
  // A database that was kept has the rows that it has.
  const wanted = activeCustomers(dir.database);
  const connection: Connection = await connect(dir.kubeconfig);
  try {
    console.say('installing config/: definitions, RBAC and the operator');
    await installTenantOperator(connection);
    console.say(`applying examples/: a TenantRegistry over ${wanted} active customers, and a TenantTemplate`);
    const started = performance.now();
    await applySample(connection, dir);
    const timeoutMs = options.once ? options.timeout * 1000 : 2 ** 31 - 1;
    const tenants = await waitForTenants(connection.informers, console, { wanted, timeoutMs, signal });
    if (signal.aborted) return;
    const seconds = (performance.now() - started) / 1000;
    report(options, { wanted, tenants, seconds }, dir, console);
    if (options.autopilot) await runAutopilot(connection, console, signal);
  } finally {
    await connection.close();
  }
}

async function runAutopilot(connection: Connection, console: Terminal, signal: AbortSignal): Promise<void> {
  console.say('');
  console.say('installing OpenShift-like definitions, a HyperConverged and config/virt-platform-autopilot');
  await installAutopilot(connection);
  await showHealing(connection, console, signal);
  if (!signal.aborted) printAutopilotAdvice(console);
}

interface Outcome {
  wanted: number;
  tenants: TenantSummary[];
  seconds: number;
}

function report(options: DevOptions, { wanted, tenants, seconds }: Outcome, dir: DataDir, console: Terminal): void {
  const ready = tenants.filter((tenant) => tenant.ready === 'True').length;
  if (ready < wanted) throw notReady(ready, wanted, tenants, seconds, dir);
  printSummary(console, tenants);
  console.out(`${ready}/${wanted} tenants ready in ${seconds.toFixed(1)} s`);
  if (!options.once) printAdvice(console, dir.kubeconfig, options.dataDir);
}

function notReady(ready: number, wanted: number, tenants: readonly TenantSummary[], seconds: number, dir: DataDir): UserError {
  const first = tenants.find((tenant) => tenant.ready !== 'True');
  const why =
    first === undefined
      ? 'the operator has not made them yet'
      : `e.g. ${first.name}: ${first.reason || 'no status yet'} ${first.message}`.trim();
  return new UserError(
    'TenantsNotReady',
    `${ready}/${wanted} tenants ready after ${seconds.toFixed(1)} s: ${why}`,
    `read the operator's log in ${dir.logs}, or give it longer: --timeout SECONDS`,
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
