import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { DEPLOYMENT, POD } from '../../src/workloads/machinery/kinds.ts';
import { nameOf } from '../../src/workloads/machinery/objects.ts';
import { fields, integer, items, text } from '../../src/workloads/machinery/read.ts';
import { type Live, processDeployment, readyPods, startLive } from './live.ts';

const SERVER = `
  const [ip] = process.env.POD_IP.split(' ');
  require('http').createServer((q, r) => r.end(process.env.POD_NAME + ' ' + q.url)).listen(8080, ip, () => console.log('listening', ip, ...process.argv.slice(1)));
  process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
`;
const PROBE = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 };

let live: Live;
before(async () => {
  live = await startLive();
});
after(() => live.close());

/** Gone, or killed and only not yet collected. */
function isOver(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return stat === '' || stat.includes(') Z ');
}

const ref = (name: string) => ({ ...DEPLOYMENT, namespace: 'default', name });
const logOf = async (pod: string, query = ''): Promise<string> =>
  (await live.get(`/api/v1/namespaces/default/pods/${pod}/log?${query}`)).body;

test('two pods of a Deployment listen on the same port, each at its own address, and commands in them see their own as localhost', async () => {
  await live.api.create(processDeployment('twins', SERVER, { replicas: 2 }, { args: ['--bind=$(POD_IP):8080'], readinessProbe: PROBE }));
  const pods = await live.until(POD, readyPods('twins', 2));
  const [one, two] = pods.map((pod) => text(pod, 'status', 'podIP'));
  if (process.platform === 'linux') assert.notEqual(one, two);
  for (const pod of pods) {
    const ip = text(pod, 'status', 'podIP');
    assert.equal(await logOf(nameOf(pod)), `listening ${ip} --bind=${ip}:8080\n`);
    for (const argv of [
      ['curl', '-s', 'localhost:8080/metrics'],
      ['wget', '-qO-', 'http://localhost:8080/metrics'],
    ]) {
      const { stdout, status } = await live.exec(nameOf(pod), argv);
      assert.equal(stdout, `${nameOf(pod)} /metrics`, argv[0]);
      assert.equal(JSON.parse(status).status, 'Success');
    }
  }
  await live.api.delete(ref('twins'));
});

test('exec passes input, both outputs and the exit code', async () => {
  await live.api.create(processDeployment('shell', 'setInterval(() => {}, 1000)'));
  const [pod] = await live.until(POD, readyPods('shell', 1));
  assert.ok(pod);
  const script =
    "process.stdin.on('data', (d) => process.stdout.write(String(d).toUpperCase())).on('end', () => { console.error('done'); process.exit(3); })";
  const { stdout, stderr, status } = await live.exec(nameOf(pod), ['node', '-e', script], 'hello');
  assert.deepEqual([stdout, stderr], ['HELLO', 'done\n']);
  const parsed: unknown = JSON.parse(status);
  assert.equal(text(parsed, 'reason'), 'NonZeroExitCode');
  assert.equal(text(items(parsed, 'details', 'causes')[0], 'message'), '3');
  const missing = await live.exec(nameOf(pod), ['no-such-program']);
  assert.match(missing.status, /executable file not found/);
  await live.api.delete(ref('shell'));
});

test('a process has a service account of its own: RBAC decides what it may', async () => {
  await live.api.create(processDeployment('account', 'setInterval(() => {}, 1000)'));
  const [pod] = await live.until(POD, readyPods('account', 1));
  assert.ok(pod);
  const script = `
    const { readFileSync } = require('node:fs');
    const config = JSON.parse(readFileSync(process.env.KUBECONFIG, 'utf8'));
    const token = readFileSync(config.users[0].user.tokenFile, 'utf8');
    const ca = readFileSync(config.clusters[0].cluster['certificate-authority']);
    require('node:https').get(config.clusters[0].cluster.server + '/api/v1/namespaces/default/secrets',
      { ca, headers: { authorization: 'Bearer ' + token } }, (r) => { r.resume(); console.log(r.statusCode); });
  `;
  const { stdout } = await live.exec(nameOf(pod), ['node', '-e', script]);
  assert.equal(stdout, '403\n');
  await live.api.delete(ref('account'));
});

test('a process that ends is started again, keeps the log of the run before, and waits longer when it goes on so', async () => {
  await live.api.create(processDeployment('crash', "console.log('run', Date.now()); setTimeout(() => process.exit(7), 50)"));
  const pod = await live.until(POD, (pods) =>
    pods.find((one) => text(items(one, 'status', 'containerStatuses')[0], 'state', 'waiting', 'reason') === 'CrashLoopBackOff'),
  );
  const [status] = items(pod, 'status', 'containerStatuses');
  assert.equal(integer(status, 'restartCount'), 1);
  assert.equal(integer(status, 'lastState', 'terminated', 'exitCode'), 7);
  const [current, previous] = [await logOf(nameOf(pod)), await logOf(nameOf(pod), 'previous=true')];
  assert.match(previous, /^run \d+\n$/);
  assert.notEqual(current, previous);
  await live.api.delete(ref('crash'));
});

test('a pod that is deleted gets SIGTERM and time to end, and another takes its place', async () => {
  await live.api.create(processDeployment('leave', SERVER, {}, { readinessProbe: PROBE }));
  const [first] = await live.until(POD, readyPods('leave', 1));
  assert.ok(first);
  const following = live.get(`/api/v1/namespaces/default/pods/${nameOf(first)}/log?follow=true`);
  await live.api.delete({ ...POD, namespace: 'default', name: nameOf(first) });
  const [second] = await live.until(POD, (pods) => {
    const ready = readyPods('leave', 1)(pods);
    return ready?.[0] && nameOf(ready[0]) !== nameOf(first) ? ready : undefined;
  });
  assert.ok(second);
  assert.match((await following).body, /listening .*\nbye\n$/);
  await live.api.delete(ref('leave'));
});

test('a failing liveness probe restarts the process', async () => {
  const sick = "require('http').createServer((q, r) => { r.statusCode = 500; r.end(); }).listen(8080, process.env.POD_IP)";
  const livenessProbe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
  await live.api.create(processDeployment('sick', sick, {}, { livenessProbe }));
  const pod = await live.until(POD, (pods) =>
    pods.find(
      (one) => one.metadata.labels?.['app'] === 'sick' && (integer(items(one, 'status', 'containerStatuses')[0], 'restartCount') ?? 0) > 0,
    ),
  );
  const reasons = live.api
    .list({ apiVersion: 'v1', kind: 'Event' })
    .filter((event) => fields(event, 'involvedObject')['name'] === nameOf(pod))
    .map((event) => event['reason']);
  assert.ok(reasons.includes('Unhealthy') && reasons.includes('Killing'), String(reasons));
  await live.api.delete(ref('sick'));
});

test('what kubectl debug adds to a pod runs once, beside the others', async () => {
  await live.api.create(processDeployment('looked-at', SERVER, {}, { readinessProbe: PROBE }));
  const [pod] = await live.until(POD, readyPods('looked-at', 1));
  assert.ok(pod);
  const spec = { name: 'debugger', image: 'busybox', command: ['sh', '-c', 'echo in $HOSTNAME; exit 3'], targetContainerName: 'main' };
  await live.api.update({ ...pod, spec: { ...fields(pod, 'spec'), ephemeralContainers: [spec] } }, { subresource: 'ephemeralcontainers' });
  const ended = await live.until(POD, (pods) =>
    pods.find(
      (one) =>
        nameOf(one) === nameOf(pod) && text(items(one, 'status', 'ephemeralContainerStatuses')[0], 'state', 'terminated', 'reason') !== '',
    ),
  );
  const [status] = items(ended, 'status', 'ephemeralContainerStatuses');
  assert.equal(integer(status, 'state', 'terminated', 'exitCode'), 3);
  assert.equal(fields(status)['ready'], false);
  assert.equal(integer(status, 'restartCount'), 0);
  assert.ok(!('started' in fields(status)));
  assert.equal(await logOf(nameOf(pod), 'container=debugger'), `in ${nameOf(pod)}\n`);
  const [main] = items(ended, 'status', 'containerStatuses');
  assert.deepEqual([fields(main)['ready'], integer(main, 'restartCount')], [true, 0]);
  await live.api.delete(ref('looked-at'));
});

test('a probe that meets no listener says so as Go does', async () => {
  await live.api.create(
    processDeployment('deaf', 'setInterval(() => {}, 1000)', {}, { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }),
  );
  const told = await live.until({ apiVersion: 'v1', kind: 'Event' }, (events) =>
    events.find((event) => event['reason'] === 'Unhealthy' && String(fields(event, 'involvedObject')['name']).startsWith('deaf-')),
  );
  assert.match(String(told['message']), /^Readiness probe failed: dial tcp 127\.[\d.]+:8080: connect: connection refused$/);
  await live.api.delete(ref('deaf'));
});

test('what left its process group ends with its container', { skip: process.platform !== 'linux' }, async () => {
  await live.api.create(processDeployment('strays', SERVER, {}, { readinessProbe: PROBE }));
  const [pod] = await live.until(POD, readyPods('strays', 1));
  assert.ok(pod);
  const { stdout } = await live.exec(nameOf(pod), ['sh', '-c', 'setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!']);
  const stray = Number(stdout);
  assert.ok(stray > 1 && process.kill(stray, 0));
  await live.api.delete(ref('strays'));
  await live.until(POD, (pods) => (pods.some((one) => nameOf(one) === nameOf(pod)) ? undefined : true));
  // Killed, a process is gone as soon as the kernel has come to it.
  while (!isOver(stray)) await new Promise((resolve) => setTimeout(resolve, 10));
});

test('a program that is not there is told where people look', async () => {
  const deployment = processDeployment('absent', '');
  deployment.metadata.annotations = { 'devcluster.caretaker.dev/command': 'no-such-program --flag' };
  await live.api.create(deployment);
  const pod = await live.until(POD, (pods) =>
    pods.find((one) => text(items(one, 'status', 'containerStatuses')[0], 'lastState', 'terminated', 'reason') === 'StartError'),
  );
  const [status] = items(pod, 'status', 'containerStatuses');
  assert.match(text(status, 'lastState', 'terminated', 'message'), /"no-such-program": executable file not found/);
  await live.api.delete(ref('absent'));
});

test('what exec started ends with its container', async () => {
  await live.api.create(processDeployment('host', 'setInterval(() => {}, 1000)'));
  const [pod] = await live.until(POD, readyPods('host', 1));
  assert.ok(pod);
  const running = live.exec(nameOf(pod), ['node', '-e', "require('fs').writeFileSync('up', ''); setInterval(() => {}, 1000)"]);
  await live.exec(nameOf(pod), ['sh', '-c', 'until [ -e up ]; do sleep 0.05; done']);
  await live.api.delete(ref('host'));
  await live.api.delete({ ...POD, namespace: 'default', name: nameOf(pod) }).catch(() => undefined);
  const { status } = await running;
  assert.equal(text(items(JSON.parse(status), 'details', 'causes')[0], 'message'), '137');
});

test('a command in a pod that has not started says so', async () => {
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'not-there', key: 'a' } } }];
  await live.api.create(processDeployment('early', '', {}, { env }));
  const pod = await live.until(POD, (pods) =>
    pods.find((one) => text(items(one, 'status', 'containerStatuses')[0], 'state', 'waiting', 'reason') === 'CreateContainerConfigError'),
  );
  const { status, body } = await live.get(`/api/v1/namespaces/default/pods/${nameOf(pod)}/exec?command=ls&stdout=true`);
  assert.equal(status, 400);
  assert.match(body, /it has not started yet \(CreateContainerConfigError\)/);
  await live.api.delete(ref('early'));
});

test('a simulated pod has a log, answers what people ask of its health, and says why nothing else can be run in it', async () => {
  const deployment = processDeployment('plain', '');
  deployment.metadata.annotations = {};
  await live.api.create(deployment);
  const [pod] = await live.until(POD, readyPods('plain', 1));
  assert.ok(pod);
  assert.match(await logOf(nameOf(pod)), /^simulated container main of image example.com\/op:1/);
  const ask = (...argv: string[]) => live.exec(nameOf(pod), argv);
  assert.equal((await ask('wget', '-qO-', 'http://localhost:8080/health')).stdout, 'ok\n');
  assert.equal((await ask('/bin/sh', '-c', 'curl -sf localhost:8080/readyz')).stdout, 'ok\n');
  assert.equal((await ask('printenv', 'POD_NAME')).stdout, `${nameOf(pod)}\n`);
  const { stderr, status } = await ask('rm', '-rf', '/data');
  assert.match(stderr, /is simulated: no process runs in container main/);
  assert.match(status, /exit code 126/);
  await live.api.delete(ref('plain'));
});
