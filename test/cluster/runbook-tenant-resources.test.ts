// The runbook TenantResourcesMismatch, typed at the demo: each line in the healthy situation and, where it diagnoses, in a broken one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { untilSeen } from './lib/runbook.ts';
import { TenantSession } from './lib/tenant-session.ts';

let at: TenantSession;
before(async () => {
  at = await TenantSession.start('TenantResourcesMismatch', 'runbook_resources');
});
after(() => at.stop());

const counts = [/^kubectl get tenant <tenant-name> -n <namespace> -o jsonpath='Ready: /];
const conditions = ['.status.conditions[*].type'];
const events = ['$(kubectl get all'];
const logs = ['waiting\\|depend'];

/** The pod of alpha's Deployment, newest first. */
async function webPod(): Promise<string> {
  const line = 'kubectl get pods -n tenants -l app=alpha-shop --sort-by=.metadata.creationTimestamp -o name | tail -1 | cut -d/ -f2';
  return (await at.shell(line)).trim();
}

test('1, 2: counts and resources, all ready', async () => {
  await at.see(counts, 'Ready: 4/4\nFailed: 0\n');
  await at.see(conditions, /^Ready Progressing Conflicted Degraded\nTrue False False False$/);
  await at.see(
    [/^kubectl get all .*<tenant-name>$/],
    /pod\/alpha-cache-0 [\s\S]*deployment.apps\/alpha-shop [\s\S]*job.batch\/alpha-init /,
  );
  const pods = ['.status.phase}{"\\t"}'];
  await at.see(pods, /alpha-cache-0\tRunning\tTrue\n[\s\S]*alpha-shop-\S+\tRunning\tTrue\n/);
  await at.see(['kubectl get deployments', '{.status.readyReplicas}'], /^alpha-shop\t1\/1\n$/);
  await at.see(['kubectl get statefulsets'], /^alpha-cache\t1\/1\n$/);
  await at.see(['kubectl get jobs', 'succeeded'], /^alpha-init\t1\/1\n$/);
  await at.see(events, /alpha/);
  await at.see([/--field-selector=status.phase!=Running$/, '<tenant-name>'], /alpha-init-\S+ +0\/1 +Completed/);
  assert.equal(await at.shell(at.block(['# Describe pending pods'])).then((text) => /===/.test(text)), false);
});

test('an image that cannot be pulled: 3/4, none failed, and the lines name it', async () => {
  await at.sql.query("UPDATE customers SET image = 'registry.invalid/shop:1' WHERE uid = 'alpha'");
  await at.see(counts, /^Ready: 3\/4\nFailed: 0\n$/);
  await at.see(conditions, /\nFalse True False False$/);
  const waiting = ['.state.waiting.reason}'];
  await at.eventually('kubectl get pods -n tenants -l app=alpha-shop', /ErrImagePull|ImagePullBackOff/);
  const pod = await webPod();
  await at.see(waiting, /^(ErrImagePull|ImagePullBackOff)$/, { 'pod-name': pod });
  await at.see(['.status.containerStatuses[*].state}'], /waiting/, { 'pod-name': pod });
  await at.see([/^kubectl describe pod <pod-name> -n <namespace>$/], /Events:[\s\S]*Failed to pull image|Events:[\s\S]*ErrImagePull/, {
    'pod-name': pod,
  });
  await at.see(['kubectl describe deployment'], /Replicas: +1 desired[\s\S]*Events:/, { 'deployment-name': 'alpha-shop' });
  await at.see(['.status.phase}{"\\t"}'], /alpha-shop-\S+\tPending\tFalse\n/);
  await at.see([/--field-selector=status.phase!=Running$/, '<tenant-name>'], /alpha-shop-\S+ +0\/1 +(ErrImagePull|ImagePullBackOff)/);
  assert.match(await at.shell(at.block(['# Describe pending pods'])), /=== pod\/alpha-shop-\S+ ===\nEvents:[\s\S]*pull/);
  await at.see(events, /alpha/);

  // The quick check, as the script a person saves it to.
  const script = `cat > ${at.demo.folder}/check.sh <<'END'\n${at.block(['#!/bin/bash'])}\nEND\nbash ${at.demo.folder}/check.sh alpha-shop tenants`;
  assert.match(
    await at.shell(script),
    /Status ===\nReady: 3\/4\nFailed: 0\n[\s\S]*Pod Status ===\nNAME[\s\S]*Non-Running Pods ===[\s\S]*alpha-shop-\S+ +0\/1[\s\S]*Deployment Status ===\nNAME +READY +DESIRED\nalpha-shop +1 +1\n[\s\S]*Recent Events ===\n[\s\S]*tenants|alpha/,
  );
  await at.shell(`mkdir -p ${at.demo.folder}/c && cd ${at.demo.folder}/c && (${at.block(['tenant.yaml', 'resources.yaml'])}\n)`);
  const kept = (name: string): Promise<string> => at.shell(`cat ${at.demo.folder}/c/${name}`);
  assert.match(await kept('tenant.yaml'), /readyResources: 3/);
  assert.match(await kept('resources.yaml'), /kind: Deployment/);
  assert.match(await kept('pods-describe.txt'), /Name: +alpha-cache-0/);
  assert.match(await kept('events.txt'), /alpha-shop/);
  await at.sql.query("UPDATE customers SET image = 'nginx:1.27' WHERE uid = 'alpha'");
  await at.see(counts, /^Ready: 4\/4\n/);
});

test('5, 6: dependencies, timeouts, probes, storage', async () => {
  const chain = await at.type([/-o yaml \| grep -A 5 dependIds$/]);
  assert.match(chain, /dependIds:\n +- cache/);
  await at.see([/grep -B 3 -A 2 dependIds$/], /dependIds:\n +- cache\n/);
  await at.see(logs, /waiting=|depend/);
  await at.see(['spec.resources[*].timeoutSeconds'], '300\n600\n');
  await at.see(['.metadata.creationTimestamp}'], /alpha-cache-0\t\d{4}-/);
  await at.see(['kubectl get <resource-kind>'], /alpha-cache +1\/1/, { 'resource-kind': 'statefulset', 'resource-name': 'alpha-cache' });
  await at.see([/^kubectl get pvc/], /alpha-data +Bound/);
  await at.see([/^kubectl get storageclass$/], /standard \(default\)/);
  await at.see(['kubectl describe pvc'], /Status: +Bound/, { 'pvc-name': 'alpha-data' });
  await at.see(['grep -A 15 readinessProbe'], /readinessProbe:\n[\s\S]*path: \/health/, { 'pod-name': await webPod() });
  await at.see(['kubectl rollout status'], /roll.*complete/, { 'statefulset-name': 'alpha-cache' });
  await at.see(['-l app=<statefulset-name>'], /alpha-cache-0 +1\/1 +Running/, { 'statefulset-name': 'alpha-cache' });
  await at.see(['kubectl describe pod <statefulset-name>-0'], /Name: +alpha-cache-0/, { 'statefulset-name': 'alpha-cache' });
  await at.see([/^kubectl get jobs -n <namespace> -l \S+$/], /alpha-init +Complete +1\/1/);
  await at.see(['kubectl logs job/'], /container init.*done/, { 'job-name': 'alpha-init' });
});

test('a dependency that is not ready: the Deployment waits for it, and the log says so', async () => {
  await at.sql.query("INSERT INTO customers VALUES ('gamma', 'https://gamma.example.com', 1, 'nginx:1.27')");
  const values = { 'tenant-name': 'gamma-shop' };
  await at.see(counts, /^Ready: 4\/4/, values);
  await at.see(logs, /gamma-shop.*waiting=.*gamma-cache/);
});

test('probes by hand in a container that runs a local program', async () => {
  // A simulated nginx has no process to answer in; the operator's pod has one.
  const pod = (await at.shell('kubectl get pods -n tenant-operator-system -o name | head -1 | cut -d/ -f2')).trim();
  const values = { 'pod-name': pod, namespace: 'tenant-operator-system' };
  assert.match((await at.demo.type(at.line(['kubectl exec', '/bin/sh -c'], { ...values, 'probe-command': 'echo alive' }))).stdout, /alive/);
  const probe = at.line(['wget -qO-'], values);
  assert.notEqual((await at.demo.type(probe)).code, 0, '/health is not what the operator serves');
  assert.match((await at.demo.type(probe.replace('8080/health', '8081/healthz'))).stdout, /ok/);
});

test('force a status update, watch it; a template is edited', async () => {
  await at.see(['kubectl annotate tenant'], /annotated/);
  assert.match(await at.shell(untilSeen(at.line([/ -w$/]), 'head -2')), /alpha-shop +True +AllResourcesReady/);
  await at.eventually(
    'kubectl logs -n tenant-operator-system -l app=tenant-operator --tail=200',
    /Reconciling Tenant.*tenant=alpha-shop.*ready=4\/4.*result=success/,
  );
  const edited = await at.shell(
    `export KUBE_EDITOR='sed -i s/timeoutSeconds:.600/timeoutSeconds:\\ 900/'; ${at.line(['kubectl edit tenanttemplate'])}`,
  );
  assert.match(edited, /edited/);
  await at.see(['spec.resources[*].timeoutSeconds'], /^300\n900\n$/);
});
