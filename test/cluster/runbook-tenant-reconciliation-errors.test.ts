// The runbook TenantReconciliationErrors, typed at the demo: each line in the healthy situation and, where it diagnoses, in a broken one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TenantSession } from './lib/tenant-session.ts';

let at: TenantSession;
before(async () => {
  at = await TenantSession.start('TenantReconciliationErrors', 'runbook_errors');
});
after(() => at.stop());

const errors = ['grep -i "reconcil" | grep -c "error"'];
const ratio = ['grep -i "reconciliation"'];
const common = ["awk '{$1=$2"];
const types = ['timeout|throttl|forbidden'];
const pods = [/^kubectl get pods -n tenant-operator-system -l app=tenant-operator$/];
const restarts = ['restartCount'];
const ended = ['lastState.terminated.reason'];
const byReady = ['kubectl get tenants --all-namespaces', 'uniq -c'];
const unready = ['jq -r', '.metadata.namespace'];
const limited = ['429\\|rate limit\\|throttl'];
const mayList = ['can-i list tenants'];
const rollout = 'kubectl rollout status deployment/tenant-operator-controller-manager -n tenant-operator-system --timeout=60s';
const operatorPod = 'OPERATOR_POD=$(';

/** A block with `kubectl port-forward … &`: `pkill -f` would end the port-forwards of other people on this machine, so the own one is ended by its id. */
const LISTENS = 'for i in $(seq 600); do (exec 3<>/dev/tcp/127.0.0.1/8080) 2>/dev/null && break; sleep 0.1; done';
const forwarded = (block: string): string =>
  block.replaceAll(/^pkill -f .*$/gm, 'kill $FORWARD').replace(/(8080:8080 &)/, (forward) => `${forward}\nFORWARD=$!\n${LISTENS}`);

test('healthy: the log, the operator, the API server', async () => {
  await at.see(errors, '0\n');
  await at.see(ratio, /^ *\d+ result=success\n$/);
  await at.see(common, '');
  await at.see(types, '');
  await at.see(pods, /1\/1 +Running +0 /);
  await at.see(restarts, /\t0\n$/);
  await at.see(ended, /^tenant-operator-controller-manager-\S+\t\n$/);
  await at.see(['kubectl top pods'], /\d+m +\d+Mi/);
  await at.see(['time kubectl get nodes'], /Ready/);
  assert.match(await at.shell(at.line(['time kubectl get nodes'])), /real\t0m/);
  await at.see([/^kubectl get --raw \/healthz$/], 'ok');
  await at.see(['/readyz'], 'ok');
  await at.see(['apiserver_request_duration_seconds_sum'], /apiserver_request_duration_seconds_sum\{.*\} \d/);
  await at.see(limited, '');
  await at.see(['panic\\|fatal\\|stack trace'], '');
  await at.see(byReady, /^ *4 True\n$/);
  await at.see(unready, '');
  await at.see(['kubectl get tenantregistries'], /NAMESPACE +NAME +DESIRED\ntenants +acme-saas +2\ntenants +shops +2\n/);
});

test('metrics by port-forward', async () => {
  const shown = await at.shell(forwarded(at.block(['# Query metrics'])));
  assert.match(shown, /tenant_reconcile_duration_seconds_count\{.*result="success".*\} [1-9]/);
  assert.match(shown, /workqueue_depth\{.*\} \d/);
});

test('permissions revoked: errors are counted and named, and config/rbac restores', async () => {
  await at.see(mayList, 'yes\n');
  await at.see(['can-i update tenants/status'], 'yes\n');
  const loop = at.block(['for resource in deployments services configmaps secrets; do']);
  assert.match((await at.demo.type(loop)).stdout, /deployments: yes\nservices: yes\nconfigmaps: yes\nsecrets: yes\n/);

  await at.shell('kubectl delete clusterrolebinding tenant-operator-manager-rolebinding tenant-operator-extra-rolebinding');
  await at.see(mayList, 'no\n');
  await at.see(['can-i update tenants/status'], 'no\n');
  assert.match((await at.demo.type(loop)).stdout, /deployments: no\nservices: no\nconfigmaps: no\nsecrets: no\n/);
  await at.shell('kubectl delete deployment alpha-shop -n tenants');
  await at.see(types, /forbidden/);
  await at.see(errors, /^[1-9]/);
  await at.see(ratio, /result=error/);
  await at.see(common, /^ *\d+ +level=ERROR|^ *\d+ +.*forbidden/m);
  await at.see(["watch 'kubectl logs"], /^[1-9]/m);
  const check = at.block(['=== Error Rate']);
  assert.match(
    await at.shell(check),
    /Operator Pods ===\nNAME[\s\S]*Recent Errors ===\n.*forbidden[\s\S]*Errors: [1-9]\d* \/ [1-9]\d* = \d+\.\d%[\s\S]*API Server Health ===\nok[\s\S]*Operator Resources ===\nNAME/,
  );

  await at.see(['kubectl apply -f config/rbac/'], /clusterrolebinding\S+ created/);
  await at.see(mayList, 'yes\n');
  await at.eventually('kubectl get deployment alpha-shop -n tenants', /1\/1/);
  await at.see(byReady, /^ *4 True\n$/);
  await at.see(['kubectl get serviceaccount'], /tenant-operator-controller-manager +\d/);
  await at.see(['kubectl get secrets', 'grep'], /tenant-operator-controller-manager-token +kubernetes.io\/service-account-token +3/);
});

test('a tenant that is not ready is counted and named', async () => {
  await at.sql.query("UPDATE customers SET image = 'registry.invalid/shop:1' WHERE uid = 'beta'");
  await at.see(byReady, /1 False\n *3 True\n/);
  await at.see(unready, 'tenants/beta-shop\n');
  await at.sql.query("UPDATE customers SET image = 'nginx:1.27' WHERE uid = 'beta'");
  await at.see(byReady, /^ *4 True\n$/);
});

test('the database from the operator pod', async () => {
  const pod = at.line([operatorPod]);
  assert.match(await at.shell(`${pod}\n${at.line(['nc -zv'])}`), /succeeded|open/);
  assert.match(await at.shell(`${pod}\n${at.line(['nslookup'], { 'database-host': 'localhost' })}`), /Address: +127\.0\.0\.1/);
  assert.match(
    await at.shell(`${pod}\n${at.line(['nslookup'], { 'database-host': 'nowhere.invalid' })}`),
    /NXDOMAIN|can't find|not found/i,
  );
  const policies = ['kubectl get networkpolicies'];
  assert.match(await at.shell(at.line(policies)), /No resources found/);
  await at.shell('kubectl apply -k config/network-policy');
  await at.see(policies, /tenant-operator +app=tenant-operator/);
  await at.see(['kubectl describe networkpolicy'], /PodSelector: +app=tenant-operator/);
});

// `sudo journalctl -u kube-apiserver` is a command of the machine, not of ours (DESIGN §8).
test('nodes and quotas', async () => {
  await at.see([/^kubectl get nodes$/], /Ready/);
  await at.see(['"Conditions:"'], /Conditions:[\s\S]*(Ready|MemoryPressure)/);
  await at.see([/^kubectl top nodes$/], /\d+m +\d+% +\d+Mi +\d+%/);
  await at.see(['"Allocated resources"'], /Resource +Requests/);
  await at.shell('kubectl create quota limits -n tenants --hard=pods=50');
  await at.see(['kubectl get resourcequotas'], /tenants +limits +.*pods: \d+\/50/);
});

test('pause and resume, scale, concurrency, flags', async () => {
  await at.type(['pause=true']);
  await at.eventually('kubectl get tenantregistry shops -n tenants -o yaml', /status: "True"\n +type: Paused/);
  await at.type([/pause-$/]);
  await at.eventually('kubectl get tenantregistry shops -n tenants -o yaml', /status: "False"\n +type: Paused/);

  assert.match(await at.shell(at.line(['kubectl scale'])), /scaled/);
  assert.match(await at.shell(at.line([/TENANT_CONCURRENCY=5/])), /env updated/);
  await at.shell(rollout);
  assert.match(await at.shell(at.line([/TENANT_CONCURRENCY=3/])), /env updated/);
  await at.shell(rollout);
  assert.match(
    await at.shell('kubectl get deploy -n tenant-operator-system -o yaml'),
    /name: TENANT_CONCURRENCY\n +value: "3"[\s\S]*name: REGISTRY_CONCURRENCY\n +value: "1"/,
  );

  // Every flag that the runbook names is taken; so few requests a second that the log tells of throttling.
  const add = "sed -i 's/- --leader-elect$/&\\n        - --kube-api-qps=1\\n        - --kube-api-burst=1/'";
  const line = [...new Set([at.line([/^kubectl edit deployment/])])][0] ?? '';
  assert.match(await at.shell(`export KUBE_EDITOR="${add}"\n${line}`), /edited/);
  await at.shell(rollout);
  await at.see(limited, /throttl|rate limit|429/i);
  assert.match(
    await at.shell(`export KUBE_EDITOR="sed -i 's/kube-api-qps=1$/kube-api-qps=50/; s/kube-api-burst=1$/kube-api-burst=100/'"\n${line}`),
    /edited/,
  );
  await at.shell(rollout);
  await at.see(pods, /1\/1 +Running/);
});

test('a killed operator: restart and reason are shown; deleting the pod starts a new one', async () => {
  const pod = (await at.shell(`${at.line([operatorPod])}; echo $OPERATOR_POD`)).trim();
  const kill = `for f in /proc/[0-9]*/environ; do tr '\\0' '\\n' < $f 2>/dev/null | grep -qx "HOSTNAME=${pod}" && echo $f | cut -d/ -f3; done | xargs kill -9`;
  await at.shell(kill);
  await at.see(restarts, /\t1\n$/);
  await at.see(ended, /\t(Error|OOMKilled)\n$/);
  assert.match(await at.shell(at.block(['kubectl delete pod', 'kubectl wait'])), /deleted[\s\S]*condition met/);
  await at.see(restarts, /\t0\n$/);
});

test('escalation: what is collected holds the facts', async () => {
  await at.see(ratio, /result=success/); // the pod of the last test is young: what is collected is of an operator that has begun
  const folder = `${at.demo.folder}/collected`;
  const pod = (await at.shell(`${at.line([operatorPod])}; echo $OPERATOR_POD`)).trim();
  const collect = at.block(['operator-metrics.txt'], { pod });
  await at.shell(`mkdir -p ${folder} && cd ${folder} && (${forwarded(collect)}\n)`);
  const kept = (name: string): Promise<string> => at.shell(`cat ${folder}/${name}`);
  const rows: [string, RegExp][] = [
    ['operator.log', /Reconciling Tenant/],
    ['operator-pods.txt', /Name: +tenant-operator-controller-manager/],
    ['operator-metrics.txt', /tenant_reconcile_duration_seconds_count/],
    ['apiserver-health.txt', /^ok$/],
    ['apiserver-metrics.txt', /apiserver_request/],
    ['nodes.txt', /Ready/],
    ['nodes-resources.txt', /\d+m +\d+%/],
    ['events.txt', /alpha/],
    ['tenants-sample.yaml', /name: alpha-shop/],
  ];
  for (const [name, wanted] of rows) assert.match(await kept(name), wanted, name);
});
