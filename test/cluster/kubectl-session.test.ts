// Issue "Rows become tenants", What a user sees 2: every command with stock kubectl against the demo, with what it prints.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Demo, startDemo } from './lib/demo.ts';

let demo: Demo;
before(async () => {
  demo = await startDemo(['--rows', '5'], { stdout: /5\/5 tenants ready in/, stderr: /Ctrl-C ends it/ });
});
after(() => demo.stop());

/** Types a line, expects it to succeed, and returns stdout. */
async function typed(line: string): Promise<string> {
  const { stdout, stderr, code } = await demo.type(line);
  assert.equal(code, 0, `${line}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Types a line until its output matches: what a person does with the arrow key. */
async function eventually(line: string, wanted: RegExp): Promise<string> {
  const deadline = Date.now() + 180_000;
  for (;;) {
    const answer = await demo.type(line);
    const last = answer.stdout + answer.stderr;
    if (wanted.test(last)) return last;
    if (Date.now() > deadline) assert.fail(`${line}\nnever matched ${wanted}:\n${last}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test('the first line on stdout is the export that kubectl needs, the last the count', () => {
  const lines = demo.output().stdout.trim().split('\n');
  assert.equal(lines[0], `export KUBECONFIG=${demo.kubeconfig}`);
  assert.match(lines[1] ?? '', /^5\/5 tenants ready in \d+\.\d s$/);
});

test('the three commands printed as advice work as printed', async () => {
  const advice = demo.output().stderr.match(/^ {2}kubectl .*$/gm) ?? [];
  assert.equal(advice.length, 3);
  for (const line of advice) assert.notEqual((await typed(line.trim())).trim(), '');
});

test('get tenants,tenantregistries,tenanttemplates', async () => {
  const text = await eventually(
    'kubectl get tenants,tenantregistries,tenanttemplates -n tenants',
    /acme-saas +1 +5 +5 [\s\S]*web +acme-saas +5 +5 /,
  );
  assert.match(text, /^NAME +READY +REASON +UID +TEMPLATE +RESOURCES +AGE$/m);
  assert.match(text, /^tenant\.operator\.kubernetes-tenants\.org\/acme-web +True +AllResourcesReady +acme +web +6\/6 +[\dms]+$/m);
  assert.match(text, /^tenantregistry\.operator\.kubernetes-tenants\.org\/acme-saas +1 +5 +5 +0 +0 +DatabaseConnected +[\dms]+$/m);
  assert.match(text, /^tenanttemplate\.operator\.kubernetes-tenants\.org\/web +acme-saas +5 +5 +True +True +[\dms]+$/m);
  const ready = await typed("kubectl get tenants -n tenants --no-headers | awk '{print $2}' | sort | uniq -c");
  assert.match(ready, /^ *5 True\n$/);
});

test('get -o yaml and jsonpath', async () => {
  const yaml = await typed('kubectl get tenant acme-web -n tenants -o yaml');
  for (const wanted of [
    /^kind: Tenant$/m,
    /tenant\.operator\.kubernetes-tenants\.org\/uid: acme/,
    /^ {2}uid: acme$/m,
    /phase: Ready/,
    /desiredResources: 6/,
  ]) {
    assert.match(yaml, wanted);
  }
  assert.equal(
    await typed(
      'kubectl get tenantregistry acme-saas -n tenants -o jsonpath=\'Desired: {.status.desired}{"\\n"}Ready: {.status.ready}{"\\n"}Failed: {.status.failed}{"\\n"}\'',
    ),
    'Desired: 5\nReady: 5\nFailed: 0\n',
  );
});

test('describe tenant', async () => {
  const text = await typed('kubectl describe tenant acme-web -n tenants');
  for (const wanted of [/^Name: +acme-web$/m, /Reason: +AllResourcesReady/, /Phase: +Ready/, /Kind: +Deployment/, /^Events:/m])
    assert.match(text, wanted);
});

test('get all -l kubernetes-tenants.org/tenant=<name>', async () => {
  const text = await typed('kubectl get all -n tenants -l kubernetes-tenants.org/tenant=acme-web');
  assert.match(text, /^pod\/acme-web-\S+ +1\/1 +Running/m);
  assert.match(text, /^service\/acme-web +ClusterIP/m);
  assert.match(text, /^deployment\.apps\/acme-web +1\/1 +1 +1/m);
  assert.match(text, /^replicaset\.apps\/acme-web-\S+ +1 +1 +1/m);
});

test('apply: applying a template again changes nothing, a broken one is refused with the field', async () => {
  const generation = () =>
    typed("kubectl get tenanttemplate web -n tenants -o jsonpath='{.metadata.generation}/{.status.currentRevision}'");
  const before = await generation();
  for (let i = 0; i < 2; i++)
    assert.match(
      await typed('kubectl apply -f examples/template-web.yaml'),
      /^tenanttemplate\.operator\.kubernetes-tenants\.org\/web (configured|unchanged)$/m,
    );
  assert.equal(await generation(), before);
  const refused = await demo.type(`kubectl apply -f - <<'EOF'
apiVersion: operator.kubernetes-tenants.org/v1
kind: TenantTemplate
metadata: {name: bad, namespace: tenants}
spec: {registryId: acme-saas, configMaps: [{nameTemplate: x, spec: {}}]}
EOF`);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /spec\.configMaps\[0\]\.id: Required value/);
});

test('edit: a change in an editor reaches the registry', async () => {
  assert.match(
    await typed("KUBE_EDITOR='sed -i s/syncInterval:.5s/syncInterval:\\ 7s/' kubectl edit tenantregistry acme-saas -n tenants"),
    /acme-saas edited/,
  );
  assert.equal(await typed("kubectl get tenantregistry acme-saas -n tenants -o jsonpath='{.spec.source.syncInterval}'"), '7s');
});

test('patch: the row interval changes, an immutable field is refused', async () => {
  assert.match(
    await typed(`kubectl patch tenantregistry acme-saas -n tenants --type=merge -p '{"spec":{"source":{"syncInterval":"5s"}}}'`),
    /patched/,
  );
  const refused = await demo.type(`kubectl patch tenanttemplate web -n tenants --type=merge -p '{"spec":{"registryId":"other"}}'`);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /immutable/);
});

test('annotate: a child changed by hand comes back, and reconcile is accepted', async () => {
  await typed(`kubectl patch configmap acme-settings -n tenants --type=merge -p '{"data":{"plan":"stolen"}}'`);
  await eventually("kubectl get configmap acme-settings -n tenants -o jsonpath='{.data.plan}'", /^free$/);
  assert.match(
    await typed('kubectl annotate tenant acme-web -n tenants tenant.operator.kubernetes-tenants.org/reconcile="$(date +%s)" --overwrite'),
    /annotated/,
  );
});

test('get -w shows a row that is switched off as it goes, and one that comes', async () => {
  const seen = `${demo.folder}/watch.txt`;
  const watching = demo.type(
    `kubectl get tenants -n tenants -w --output-watch-events --no-headers >${seen} & while [ ! -e ${seen}.end ]; do sleep 0.2; done; kill $!`,
    600_000,
  );
  await eventually(`cat ${seen}`, /^ADDED +bobby-web/m);
  await typed(`npm run -s demo -- sql --data-dir ${demo.folder} "UPDATE customers SET active=0 WHERE id='bobby'"`);
  await eventually('kubectl get tenant bobby-web -n tenants', /NotFound/);
  await typed(`npm run -s demo -- sql --data-dir ${demo.folder} "UPDATE customers SET active=1 WHERE id='bobby'"`);
  await eventually('kubectl get tenant bobby-web -n tenants', /True/);
  await eventually(`cat ${seen}`, /^DELETED +bobby-web[\s\S]*^ADDED +bobby-web/m);
  await typed(`touch ${seen}.end`);
  await watching;
});

test('wait --for=condition=Ready', async () => {
  assert.equal(
    await typed('kubectl wait --for=condition=Ready tenant/acme-web -n tenants --timeout=180s'),
    'tenant.operator.kubernetes-tenants.org/acme-web condition met\n',
  );
});

test('delete: a deleted tenant is made again while its row is active', async () => {
  const uid = await typed("kubectl get tenant acme-web -n tenants -o jsonpath='{.metadata.uid}'");
  assert.match(await typed('kubectl delete tenant acme-web -n tenants'), /"acme-web" deleted/);
  await typed('kubectl annotate tenantregistry acme-saas -n tenants tenant.operator.kubernetes-tenants.org/sync="$(date +%s)" --overwrite');
  await eventually('kubectl wait --for=condition=Ready tenant/acme-web -n tenants --timeout=60s', /condition met/);
  assert.notEqual(await typed("kubectl get tenant acme-web -n tenants -o jsonpath='{.metadata.uid}'"), uid);
});

test('a second demo in the same folder is told where the first one runs', async () => {
  const second = await demo.type(`npm run -s demo -- --once --data-dir ${demo.folder}`);
  assert.notEqual(second.code, 0);
  assert.match(second.stderr, /a demo is running already: process \d+, https:\/\/127\.0\.0\.1:\d+/);
  assert.match(second.stderr, /--data-dir DIR/);
});
