// The runbook RegistryDesiredCountMismatch, typed at the demo: each line in the healthy situation and, where it diagnoses, in a broken one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TenantSession } from './lib/tenant-session.ts';

let at: TenantSession;
before(async () => {
  at = await TenantSession.start('RegistryDesiredCountMismatch', 'runbook_desired');
});
after(() => at.stop());

const counts = ['Desired: {.status.desired}'];
// Bare parentheses are a pattern only where extglob is on, as bash-completion sets it. The last column is <none>: kubectl knows no such expression.
const columns = (): string => `shopt -s extglob\n${at.line(['custom-columns=NAME:.metadata.name,READY:'])}`;
const byStatus = ["awk '{print $2}' | sort | uniq -c"];
const unready = [/^kubectl get tenants .*jq -r .*metadata\.name'$/];
const inside = (folder: string, line: string): string => `mkdir -p ${folder} && cd ${folder} && (${line}\n)`;

test('1, 2: counts, times and statuses, ready and with one tenant that never becomes ready', async () => {
  await at.see(counts, 'Desired: 2\nReady: 2\nFailed: 0\n');
  await at.see(["'{.status.lastSyncTime}'"], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  await at.see(["'{.spec.source.syncInterval}'"], '2s');
  assert.equal((await at.type([/--no-headers \| wc -l$/])).trim(), '2');
  await at.see(byStatus, /^ *2 True\n$/);
  assert.match(await at.shell(columns()), /alpha-shop +True[\s\S]*beta-shop +True/);
  await at.see(['watch', 'awk'], /^ *2 True\n$/);
  await at.see(unready, '');

  // An image that cannot be pulled.
  await at.sql.query("UPDATE customers SET image = 'registry.invalid/shop:1' WHERE uid = 'beta'");
  await at.see(byStatus, /1 False\n *1 True\n/);
  await at.see(counts, /^Desired: 2\nReady: 1\nFailed: 0\n$/);
  assert.match(await at.shell(columns()), /alpha-shop +True[\s\S]*beta-shop +False/);
  await at.see(['watch', 'awk'], /1 False\n *1 True\n/);
  await at.see(unready, 'beta-shop\n');
  assert.match(await at.shell(at.block(['Check their resource status'])), /^beta-shop\n=== beta-shop ===\n3\/4\n$/);

  await at.sql.query("UPDATE customers SET image = 'nginx:1.27' WHERE uid = 'beta'");
  await at.see(byStatus, /^ *2 True\n$/);
});

test('3, 5: the operator, its restarts and its log, with the database there and away', async () => {
  await at.see([/-l app=tenant-operator$/, 'get pods'], /1\/1 +Running +0 /);
  await at.see(['restartCount'], /^tenant-operator-controller-manager-\S+\t0\n$/);
  await at.see(['grep "registry=shops"'.replace('shops', '<registry-name>')], /registry=shops .*desired=2/);
  const synced = ['sync.*complete'];
  await at.see(synced, /msg=synced .*registry=shops .*sync=complete/);
  await at.see(['workqueue\\|queue depth'], /workqueue=\d+/);
  await at.see(['request took\\|duration'], /duration=\d+\.\d+s/);
  await at.see(['rate limit\\|throttl'], '');
  // "--follow" ends with the reader here; a person presses Ctrl-C.
  const followed = await at.shell(`date -u +%FT%T.000Z\ntimeout 6 ${at.line(['--follow'])}`);
  const [start = '', ...stamps] = followed
    .trim()
    .split('\n')
    .map((line) => /^(?:ts=)?(\S+Z)/.exec(line)?.[1] ?? '');
  assert.ok((stamps.at(-1) ?? '') > start, `what is logged after the line was typed is shown:\n${followed}`);

  await at.sql.query('RENAME TABLE customers TO elsewhere');
  await at.see(['grep "registry=<registry-name>"'], /level=ERROR .*registry=shops/);
  await at.see(counts, 'Desired: 2\nReady: 2\nFailed: 0\n');
  await at.sql.query('RENAME TABLE elsewhere TO customers');
});

test('4: the database, asked with mysql from a pod', async () => {
  await at.see([/^kubectl get tenantregistry .* -o yaml$/], /passwordRef:\n +key: password\n +name: customers-db/);
  const shown = await at.shell(`${at.line(['PASS_SECRET='])}\n${at.line(['mysql-test'])}`);
  assert.match(shown, /count/);
  assert.match(shown, /\b3\b.*\b2\b/);
});

test('6: the lists of both sides are equal, and a difference is named', async () => {
  const compare = at.block(['Find differences']);
  const sides = /=== In datasource but not in K8s ===\n([\s\S]*?)\n=== In K8s but not in datasource ===\n([\s\S]*)$/;
  const noise = (text = ''): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('pod "mysql-client"'));
  let found = sides.exec((await at.demo.type(compare)).stdout);
  assert.ok(found);
  assert.deepEqual([noise(found[1]), noise(found[2])], [[], []]);

  await at.shell('kubectl annotate tenantregistry shops -n tenants tenant.operator.kubernetes-tenants.org/pause=true');
  await at.eventually('kubectl get tenantregistry shops -n tenants -o yaml', /status: "True"\n +type: Paused/);
  await at.sql.query("UPDATE customers SET activate = 1 - activate WHERE uid IN ('beta', 'idle')");
  found = sides.exec((await at.demo.type(compare)).stdout);
  assert.ok(found);
  assert.deepEqual([noise(found[1]), noise(found[2])], [['idle'], ['beta']]);

  assert.match(await at.shell(at.block(['orphan-uids.txt'])), /Deleting orphaned tenant: beta-shop \(uid: beta\)[\s\S]*deleted/);
  await at.shell('kubectl annotate tenantregistry shops -n tenants tenant.operator.kubernetes-tenants.org/pause-');
  const missing = at.block(['missing-uids.txt']).split('\nwatch ')[0] ?? '';
  assert.match(await at.shell(missing), /annotated/);
  await at.see(["| wc -l'"], /^3$/m);
  await at.sql.query("UPDATE customers SET activate = 1 - activate WHERE uid IN ('beta', 'idle')");
  await at.see(byStatus, /^ *2 True\n$/);
});

test('datasource: port and query, reached and not', async () => {
  const connect = at.block(['Test from operator pod']);
  assert.match(await at.shell(connect), /succeeded|open/);
  assert.match(await at.shell(at.block(['Test from operator pod'], { port: '1' })), /refused|failed/i);
  await at.see(['time mysql'], /alpha\s+https:/);
  await at.see(['SHOW PROCESSLIST'], /runbook_desired/);
});

test('force a sync, another interval, concurrency, limits, restart', async () => {
  await at.shell(at.line(['"syncInterval":"15m"']));
  await at.see(["'{.spec.source.syncInterval}'"], '15m');
  await at.sql.query("UPDATE customers SET activate = 1 WHERE uid = 'idle'");
  const force = at.block(['Annotate to trigger immediate sync']);
  assert.match(await at.shell(force), /annotated/);
  await at.see(byStatus, /^ *3 True\n$/);
  await at.shell(at.line(['"syncInterval":"5m"']));
  await at.see(["'{.spec.source.syncInterval}'"], '5m');

  await at.see(['grep -A 10 args:'], /args:\n[\s\S]*--/);
  assert.match(await at.shell(at.line(['kubectl set env'])), /env updated/);
  await at.shell('kubectl rollout status deployment/tenant-operator-controller-manager -n tenant-operator-system --timeout=60s');
  assert.match(await at.shell('kubectl get deploy -n tenant-operator-system -o yaml'), /name: TENANT_CONCURRENCY\n +value: "20"/);

  assert.match(await at.shell(`export KUBE_EDITOR='sed -i s/memory:.*Mi/memory:\\ 300Mi/'; ${at.line(['kubectl edit'])}`), /edited/);
  assert.match(await at.shell('kubectl get deploy -n tenant-operator-system -o yaml'), /memory: 300Mi/);
  await at.shell('kubectl rollout status deployment/tenant-operator-controller-manager -n tenant-operator-system --timeout=60s');

  assert.match(await at.shell(at.block(['# Wait for new pod'])), /deleted[\s\S]*condition met/);
  await at.see(
    [/^kubectl top pods -n tenant-operator-system -l app=tenant-operator$/],
    /tenant-operator-controller-manager-\S+ +\d+m +\d+Mi/,
  );
  // Never ended: no reason. `kill -9` of the process is what a cgroup does; the pod then tells it.
  await at.see(['lastState.terminated.reason'], '');
});

test('escalation: what is collected holds the facts', async () => {
  const folder = `${at.demo.folder}/collected`;
  await at.shell(inside(folder, at.block(['registry.yaml', 'controller-resources.txt'])));
  const kept = (name: string): Promise<string> => at.shell(`cat ${folder}/${name}`);
  assert.match(await kept('registry.yaml'), /kind: TenantRegistry[\s\S]*desired: 3/);
  assert.match(await kept('tenants-list.txt'), /alpha-shop +True/);
  assert.match(await kept('datasource-data.txt'), /idle\s+1/);
  assert.match(await kept('operator.log'), /Reconciling Tenant/);
  assert.match(await kept('controller-resources.txt'), /\d+m +\d+Mi/);
});
