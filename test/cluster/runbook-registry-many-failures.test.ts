// The runbook RegistryManyTenantsFailure, typed at the demo: each line in the healthy situation and, where it diagnoses, in a broken one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TenantSession } from './lib/tenant-session.ts';

let at: TenantSession;
before(async () => {
  at = await TenantSession.start('RegistryManyTenantsFailure', 'runbook_many');
  // The line that makes the Secret anew names no namespace: it is typed where the registry is.
  await at.shell('kubectl config set-context --current --namespace=tenants');
});
after(() => at.stop());

const overview = [/^kubectl get tenantregistry <registry-name> -n <namespace>$/];
const failed = ["jsonpath='Failed: "];
const tenants = [/^kubectl get tenants -n <namespace> -l \S+=<registry-name>$/];
const byStatus = ["awk '{print $2}'"];
const reasons = ['"Degraded")].reason'];
const source = ['datasource\\|mysql\\|connection\\|query'];
const ready = ['grep -c "True.*Ready"'];
const firstFailed = ['FAILED_TENANT='];

const edit = (from: string, to: string, line: string): string => `export KUBE_EDITOR='sed -i "s/${from}/${to}/"'\n${line}`;

test('healthy: registry, tenants, database, template', async () => {
  await at.see(overview, /NAME +TEMPLATES +DESIRED +READY +FAILED[\s\S]*shops +1 +2 +2 +0 /);
  await at.see(['grep -A 20 "status:"'], /status:[\s\S]*DatabaseConnected/);
  await at.see(failed, 'Failed: 0/2\n');
  await at.see(tenants, /alpha-shop +True +AllResourcesReady[\s\S]*beta-shop +True/);
  await at.see(byStatus, /^ *2 True\n$/);
  await at.see(reasons, /^ *2 Healthy\n$/);
  await at.see(ready, /^2$/m);
  await at.see([/^kubectl get tenantregistry .* -o yaml$/], /passwordRef:/);
  const pass = at.line(['PASS_SECRET=']);
  assert.match(await at.shell(`${pass}\n${at.line([/^kubectl get secret \$PASS_SECRET/])}`), /customers-db +Opaque +1/);
  assert.match(await at.shell(`${pass}\n${at.line(['mysql-test'])}`), /1\n1\n/);
  await at.see(['mysql-client'], /COUNT\(\*\)\n3\n/);
  await at.see(['grep "registry=<registry-name>"'], /registry=shops .*desired=2/);
  await at.see(source, /query=\d/);
  await at.see(['kubectl get tenanttemplates', 'jq'], 'shop\n');
  await at.see([/^kubectl get tenanttemplate <template-name> -n <namespace> -o yaml$/], /name: shop[\s\S]*ValidationPassed/);
  await at.see(['grep -A 50 "spec:"'], /nameTemplate: '\{\{ \.uid \}\}-shop'/);
  assert.equal((await at.shell(`${at.line(firstFailed)}\necho "[$FAILED_TENANT]"`)).trim(), '[]');
});

test('a template whose variable is missing: every tenant fails, the lines say why, and the edited template heals', async () => {
  assert.match(await at.shell(edit('{{ .image }}', '{{ .picture }}', at.line(['kubectl edit tenanttemplate']))), /edited/);
  await at.see(failed, /^Failed: 2\/2\n$/);
  await at.see(overview, /shops +1 +2 +0 +2 /);
  await at.see(byStatus, /^ *2 False\n$/);
  await at.see(reasons, /^ *2 (?!Healthy)\w+\n$/);
  const chosen = `${at.line(firstFailed)}\nFAILED_TENANT=\${FAILED_TENANT%% *}\n`;
  assert.match(await at.shell(`${at.line(firstFailed)}\n${at.line(['Investigating'])}`), /Investigating: alpha-shop/);
  await at.eventually(`${chosen}${at.line(['kubectl describe tenant $FAILED_TENANT'])}`, /picture/);
  await at.eventually(`${chosen}${at.line(['involvedObject.name=$FAILED_TENANT'])}`, /Warning[\s\S]*picture/);

  // A test tenant: the spec copied from the failing one, an address of its own.
  const copied = await at.shell(`kubectl get tenant alpha-shop -n tenants -o json | jq '{spec: .spec}' | jq -c '.spec'`);
  const make = at.block(['name: test-tenant']).replace(/spec:\n.*copy from failed tenant/, `spec: ${copied.trim()}`);
  assert.match(await at.shell(make), /test-tenant created[\s\S]*Name: +test-tenant/);
  await at.eventually(at.line(['kubectl describe tenant test-tenant']), /picture/);

  assert.match(
    await at.shell(edit('{{ .picture }}', '{{ .image | default \\"nginx:1.27\\" }}', at.line(['kubectl edit tenanttemplate']))),
    /edited/,
  );
  await at.see(failed, /^Failed: 0\/2\n$/);
  const revision = await at.shell("kubectl get tenant alpha-shop -n tenants -o jsonpath='{.spec.revision}'");
  await at.shell(`kubectl patch tenant test-tenant -n tenants --type=merge -p '{"spec":{"revision":"${revision}"}}'`);
  await at.eventually('kubectl get deployments -n tenants', /test-123-shop +1\/1/);
  assert.match(await at.shell('kubectl delete tenant test-tenant -n tenants'), /deleted/);
  await at.see(byStatus, /^ *2 True\n$/);
});

test('a wrong password: the registry and the log say so, the tenants stay, the right one heals', async () => {
  const secret = ['kubectl create secret generic'];
  await at.see([/^kubectl get secret <password-secret>/], /password: \w+/);
  await at.shell(at.line(secret, { 'new-password': 'wrong' }));
  await at.see(source, /Access denied|DatabaseConnectionFailed|AuthenticationFailed/i);
  await at.see(['grep -A 20 "status:"'], /Access denied|status: "False"\n +type: Ready/i);
  await at.see(failed, 'Failed: 0/2\n');
  assert.match(await at.shell(`${at.line(['PASS_SECRET='])}\n${at.line(['mysql-test'])}`), /Access denied/);
  await at.shell(at.line(secret));
  await at.see(['grep -A 20 "status:"'], /DatabaseConnected/);
});

test('infrastructure: policies, nodes, quota, storage', async () => {
  const policies = ['kubectl get networkpolicies -n tenant-operator-system'];
  assert.match(await at.shell(at.line(policies)), /No resources found/);
  await at.shell('kubectl apply -k config/network-policy');
  await at.see(policies, /tenant-operator +app=tenant-operator/);
  assert.match(await at.shell(at.line(['networkpolicies -n <registry-namespace>'])), /No resources found in tenants/);
  await at.see([/^kubectl top nodes$/], /\d+m +\d+% +\d+Mi +\d+%/);
  await at.see(['grep -A 5 "Allocated resources"'], /Allocated resources:[\s\S]*Resource +Requests/);
  await at.see(['kubectl get nodes -o jsonpath'], /\tTrue\n/);
  assert.match(await at.shell(at.line(['kubectl describe resourcequota'])), /No resources found/);
  await at.shell('kubectl create quota limits -n tenants --hard=pods=50');
  await at.see(['kubectl describe resourcequota'], /pods +\d+ +50/);
  await at.shell(edit('pods: \\"50\\"', 'pods: \\"60\\"', at.line(['kubectl edit resourcequota'], { 'quota-name': 'limits' })));
  await at.see(['kubectl describe resourcequota'], /pods +\d+ +60/);
  const late = { 'class-name': 'standard-late' };
  assert.doesNotMatch(await at.type([/^kubectl get storageclass$/]), /standard-late \(default\)/);
  await at.type(['kubectl patch storageclass'], late);
  await at.see([/^kubectl get storageclass$/], /standard-late \(default\)/);
  await at.see(['kubectl describe storageclass'], /IsDefaultClass: +Yes/, late);
});

test('permissions: granted, revoked, and granted again by config/rbac', async () => {
  const ask = at.block(['Check critical permissions']);
  const all = (answer: string): string =>
    ['deployments', 'services', 'configmaps', 'secrets', 'ingresses'].map((kind) => `${kind}: ${answer}\n`).join('');
  assert.equal((await at.demo.type(ask)).stdout, all('yes'));
  await at.shell('kubectl get clusterrolebindings -o name | grep tenant-operator | xargs kubectl delete');
  assert.equal((await at.demo.type(ask)).stdout, all('no'));
  await at.see(['kubectl apply -f config/rbac/'], /clusterrolebinding\S+ created/);
  assert.equal((await at.demo.type(ask)).stdout, all('yes'));
});

test('pause, slower, resume; batch recovery; edit the registry', async () => {
  await at.type(['pause=true']);
  await at.see(['grep -A 20 "status:"'], /status: "True"\n +type: Paused/);
  await at.sql.query("UPDATE customers SET activate = 1 WHERE uid = 'idle'");
  await at.type(['"syncInterval":"1h"']);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await at.see(byStatus, /^ *2 True\n$/);
  await at.type([/pause-$/]);
  await at.type(['"syncInterval":"5m"']);
  await at.see(byStatus, /^ *3 True\n$/);
  assert.match(await at.shell(edit('syncInterval: 5m', 'syncInterval: 2s', at.line(['kubectl edit tenantregistry']))), /edited/);

  // Nothing failed: nothing to reconcile. Then one that is not ready.
  const recover = at.block(['Reconciling $tenant']);
  assert.equal(await at.shell(recover.split('\nwatch ')[0] ?? ''), '');
  await at.sql.query("UPDATE customers SET image = 'registry.invalid/shop:1' WHERE uid = 'beta'");
  await at.see(byStatus, /1 False\n/);
  await at.see(ready, /^2$/m);
  assert.match(await at.shell(recover.split('\nwatch ')[0] ?? ''), /^Reconciling beta-shop\ntenant\S+beta-shop annotated\n$/);
});

test('escalation: what is collected holds the facts', async () => {
  const folder = `${at.demo.folder}/collected`;
  await at.shell(`mkdir -p ${folder} && cd ${folder} && (${at.block(['registry.yaml', 'failed-tenants.yaml'])}\n)`);
  const kept = (name: string): Promise<string> => at.shell(`cat ${folder}/${name}`);
  assert.match(await kept('registry.yaml'), /kind: TenantRegistry[\s\S]*desired: 3/);
  assert.match(await kept('failed-tenants.yaml'), /name: beta-shop/);
  assert.match(await kept('templates.yaml'), /name: shop/);
  assert.match(await kept('operator.log'), /Reconciling Tenant/);
  await at.shell(`${at.line([/-o yaml > template\.yaml$/]).replace('template.yaml', `${folder}/template.yaml`)}`);
  assert.match(await kept('template.yaml'), /kind: TenantTemplate/);
});
