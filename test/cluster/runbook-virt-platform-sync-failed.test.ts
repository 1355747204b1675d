// docs/runbooks/VirtPlatformSyncFailed.md typed literally at the demo, in the healthy and in the broken situation: each line must tell them apart.
// `oc` is a link to kubectl. Left out: `oc adm node-logs` and `oc get etcd`, commands of other programs.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Demo, startDemo, type Typed } from './lib/demo.ts';
import { Runbook } from './lib/runbook.ts';

const runbook = new Runbook('VirtPlatformSyncFailed');
const metrics = 'deploy/virt-platform-autopilot';
const logs = { admission: ['--tail=100', 'admission'], rbac: ['forbidden'], failures: ['ERROR|Failed'] } as const;
let demo: Demo;
let path = '';

before(async () => {
  demo = await startDemo(['--rows', '1', '--autopilot'], { stdout: /drift of Service .* repaired/, stderr: /Of the autopilot/ });
  path = join(demo.folder, 'bin');
  mkdirSync(path);
  const kubectl = (await demo.type('command -v kubectl')).stdout.trim();
  symlinkSync(kubectl, join(path, 'oc'));
});
after(() => demo.stop());

const type = (line: string, timeoutMs?: number): Promise<Typed> => demo.type(`export PATH=${path}:$PATH\n${line}`, timeoutMs);

async function typed(line: string): Promise<string> {
  const { stdout, stderr, code } = await type(line);
  assert.equal(code, 0, `${line}\n${stdout}\n${stderr}`);
  return stdout;
}

/** What a pipe that ends in grep printed: nothing found is no failure of the command before it. */
async function grepped(line: string): Promise<string> {
  const { stdout, stderr, code } = await type(line);
  assert.ok(code <= 1, `${line}\n${stderr}`);
  assert.doesNotMatch(stderr, /rror/, line);
  return stdout;
}

async function eventually(what: string, look: () => Promise<boolean>, seconds = 45): Promise<void> {
  for (let i = 0; i < seconds * 2; i++) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.fail(`${what}: not within ${seconds} s`);
}

const complianceLine = runbook.line([metrics, /grep "virt_platform_compliance_status"$/]);
const failingLine = runbook.line([metrics, /grep "virt_platform_compliance_status" \| grep '} 0\$'$/]);
const resolvedLine = (kind: string, name: string): string => runbook.line([metrics, "grep '} 1$'"], { kind, name });
const object = (kind: string, name: string, namespace: string): Record<string, string> => ({ kind, name, namespace });
const rules = { kind: 'PrometheusRule', name: 'virt-platform-autopilot-alerts' };

async function ruleName(): Promise<string> {
  const names = (await typed('kubectl get prometheusrules -n openshift-cnv -o name')).trim().split('\n');
  assert.equal(names.length, 1, names.join());
  return names[0]?.split('/')[1] ?? '';
}

const restarts = (): Promise<string> =>
  typed(
    "kubectl get pods -n openshift-cnv -l app=virt-platform-autopilot -o jsonpath='{.items[0].metadata.name} {.items[0].status.containerStatuses[0].restartCount}'",
  );

describe('healthy', () => {
  test('every compliance is 1 and nothing is failing', async () => {
    const all = await typed(complianceLine);
    assert.ok(all.trim().split('\n').length >= 10, all);
    assert.equal(await grepped(failingLine), '');
    rules.name = await ruleName();
    assert.match(await typed(resolvedLine('PrometheusRule', rules.name)), /} 1$/m);
  });

  test('logs hold the start and no sign of admission, RBAC or other failures', async () => {
    assert.notEqual(await typed(runbook.line(['--tail=200'])), '');
    for (const parts of Object.values(logs)) assert.equal(await grepped(runbook.line(parts)), '');
    const follow = await type(`timeout 3 ${runbook.line([/autopilot -f$/])}`);
    assert.notEqual(follow.stdout, '');
    const applied = type(`timeout 5 ${runbook.line(['successfully applied'])}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await typed(
      'kubectl patch service virt-platform-autopilot-metrics -n openshift-cnv --type=merge -p \'{"spec":{"selector":{"app":"mine"}}}\'',
    );
    assert.match((await applied).stdout, /virt-platform-autopilot-metrics/);
  });

  test('health, durations, dependencies, thrashing', async () => {
    assert.equal(await typed(runbook.line(['/healthz'])), 'ok');
    assert.equal(await typed(runbook.line(['/readyz'])), 'ok');
    assert.match(await typed(runbook.line([/grep virt_platform_reconcile_duration_seconds$/])), /_bucket\{/);
    assert.match(await typed(runbook.line([/grep "virt_platform_reconcile_duration_seconds"$/])), /_count\{/);
    const missing = await typed(runbook.line(['virt_platform_missing_dependency']));
    assert.doesNotMatch(missing, /} 1$/m);
    const contested = [/grep virt_platform_thrashing_total$/, /grep "virt_platform_thrashing_total"$/];
    for (const end of contested) assert.match(await typed(runbook.line([end])), /virt_platform_thrashing_total\{.*\} 0$/m);
    assert.match(await typed(runbook.line(['get crd'], { 'crd-name': 'uiplugins.observability.openshift.io' })), /uiplugins/);
    assert.match(await typed(runbook.line(['apiservices'])), /v1\.monitoring\.coreos\.com/);
    assert.equal((await type(runbook.line(['auth can-i update'], { resource: 'prometheusrules' }))).stdout.trim(), 'yes');
  });

  test('port-forward and curl', async () => {
    const forward = runbook.line(['port-forward']);
    const curl = runbook.line([/^curl -s localhost:8080\/metrics \| grep "virt_platform_compliance_status"$/]);
    const answer = await typed(
      `${forward} >/dev/null 2>&1 & pid=$!\nfor i in $(seq 50); do (exec 3<>/dev/tcp/127.0.0.1/8080) 2>/dev/null && break; sleep 0.1; done\n${curl}; code=$?\nkill $pid; exit $code`,
    );
    assert.match(answer, /virt_platform_compliance_status\{/);
  });
});

/** In a broken situation: this one 0, the others 1, until the remedy; back to 1 without a restart. */
async function breaksAndHeals(kind: string, name: string, broken: () => Promise<void>, remedy: () => Promise<void>): Promise<void> {
  const before = await restarts();
  await eventually(`${kind} ${name} is failing`, async () => (await grepped(failingLine)).includes(`name="${name}"`));
  const failing = (await grepped(failingLine)).trim().split('\n');
  assert.equal(failing.length, 1, failing.join('\n'));
  assert.equal(await grepped(resolvedLine(kind, name)), '');
  await broken();
  await remedy();
  await eventually(`${kind} ${name} is golden again`, async () => (await grepped(resolvedLine(kind, name))).includes('} 1'), 150);
  assert.equal(await grepped(failingLine), '');
  assert.equal(await restarts(), before);
}

describe('a webhook blocks', () => {
  test('the log and the events say so; removing it heals', async () => {
    await typed(`kubectl apply -f - <<'EOF'
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: blocker}
webhooks:
  - name: blocker.example.com
    clientConfig: {url: "https://127.0.0.1:9/deny"}
    rules: [{apiGroups: [monitoring.coreos.com], apiVersions: ["*"], operations: [CREATE], resources: [prometheusrules]}]
    failurePolicy: Fail
    sideEffects: None
    admissionReviewVersions: [v1]
    timeoutSeconds: 1
EOF`);
    await typed(`kubectl delete prometheusrule ${rules.name} -n openshift-cnv`);
    await breaksAndHeals(
      rules.kind,
      rules.name,
      async () => {
        assert.match(await typed(runbook.line(logs.admission)), /webhook/i);
        assert.match(await typed(runbook.line(logs.failures)), new RegExp(rules.name));
        assert.match(
          await typed(runbook.line(['involvedObject.name=<resource-name>'], { namespace: 'openshift-cnv', 'resource-name': rules.name })),
          /Warning/,
        );
      },
      async () => void (await typed('kubectl delete validatingwebhookconfiguration blocker')),
    );
    assert.match(await typed(runbook.line([/-o yaml$/], object('prometheusrule', rules.name, 'openshift-cnv'))), /kind: PrometheusRule/);
  });
});

describe('a right is revoked', () => {
  test('can-i says no, the log says forbidden; giving it back heals', async () => {
    const role = 'kubectl get clusterrole -o name | grep virt-platform-autopilot | head -1';
    const name = (await typed(role)).trim().split('/')[1] ?? '';
    await typed(`kubectl get clusterrole ${name} -o json > ${demo.folder}/role.json`);
    await typed(
      `jq '.rules |= map(select((.apiGroups | index("monitoring.coreos.com")) == null))' ${demo.folder}/role.json | kubectl replace -f -`,
    );
    assert.equal((await type(runbook.line(['auth can-i update'], { resource: 'prometheusrules' }))).stdout.trim(), 'no');
    await typed(`kubectl patch prometheusrule ${rules.name} -n openshift-cnv --type=merge -p '{"spec":{"groups":[]}}'`);
    await breaksAndHeals(
      rules.kind,
      rules.name,
      async () => assert.match(await typed(runbook.line(logs.rbac)), /forbidden/i),
      async () => {
        await typed('kubectl apply --server-side --force-conflicts -f config/virt-platform-autopilot/rbac/role.yaml');
        assert.equal((await type(runbook.line(['auth can-i update'], { resource: 'prometheusrules' }))).stdout.trim(), 'yes');
      },
    );
  });
});

describe('a dependency is missing', () => {
  test('the metric says which; installing it heals', async () => {
    const crd = 'uiplugins.observability.openshift.io';
    await typed(`kubectl delete crd ${crd}`);
    const line = runbook.line(['virt_platform_missing_dependency']);
    await eventually('the missing kind is told', async () => /UIPlugin.*\} 1$|uiplugins.*\} 1$/m.test(await grepped(line)));
    assert.notEqual((await type(runbook.line(['get crd'], { 'crd-name': crd }))).code, 0);
    await typed('kubectl apply --server-side -f packages/virt-platform-autopilot/testdata/crds/uiplugins.yaml');
    await eventually('the kind is back', async () => !/\} 1$/m.test(await grepped(line)));
    await eventually('its asset is applied', async () => (await type('kubectl get uiplugins -o name')).stdout.trim() !== '');
  });
});

describe('manual steps', () => {
  const service = object('service', 'virt-platform-autopilot-metrics', 'openshift-cnv');
  const series = 'kind="Service",name="virt-platform-autopilot-metrics"';

  test('force-reconcile is handled and taken off, so that it can be typed again', async () => {
    const line = runbook.line(['force-reconcile'], service);
    const annotations = runbook.line(["jsonpath='{.metadata.annotations}'"], service);
    for (let i = 0; i < 2; i++) {
      await typed(line);
      await eventually('handled', async () => !(await typed(annotations)).includes('force-reconcile'));
    }
  });

  test('unmanaged: the series goes, drift is left alone; managed again it is repaired', async () => {
    await typed(runbook.line(['mode=unmanaged'], service));
    await eventually('the series is gone', async () => !(await typed(complianceLine)).includes(series));
    const selector = "kubectl get service virt-platform-autopilot-metrics -n openshift-cnv -o jsonpath='{.spec.selector.app}'";
    await typed(
      `kubectl patch service virt-platform-autopilot-metrics -n openshift-cnv --type=merge -p '{"spec":{"selector":{"app":"mine"}}}'`,
    );
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.equal(await typed(selector), 'mine');
    await typed('kubectl annotate service virt-platform-autopilot-metrics -n openshift-cnv platform.kubevirt.io/mode-');
    await eventually('repaired', async () => (await typed(selector)) === 'virt-platform-autopilot');
  });

  test('an edit war is counted, and paused on the object', async () => {
    const fight = `for i in $(seq 40); do kubectl patch service ${service['name']} -n openshift-cnv --type=merge -p "{\\"spec\\":{\\"selector\\":{\\"app\\":\\"war-$i\\"}}}" >/dev/null; sleep 0.3; done`;
    await typed(fight);
    assert.match(await typed(runbook.line([/grep "virt_platform_thrashing_total"$/])), new RegExp(`${series}.*\\} [1-9]`));
    await eventually(
      'paused',
      async () => (await typed(runbook.line(["jsonpath='{.metadata.annotations}'"], service))).includes('reconcile-paused'),
      60,
    );
    assert.match(await typed(runbook.line(['involvedObject.name=<name>'], service)), /Warning/);
    await typed(`kubectl annotate service ${service['name']} -n openshift-cnv platform.kubevirt.io/reconcile-paused-`);
    await eventually('golden again', async () => (await grepped(resolvedLine('Service', service['name'] ?? ''))).includes('} 1'), 90);
  });

  test('restart: the pod is replaced and everything is golden again', async () => {
    await typed(runbook.line(['delete pod']));
    await typed('kubectl wait --for=condition=ready pod -n openshift-cnv -l app=virt-platform-autopilot --timeout=60s');
    await eventually('all compliant', async () => /} 1$/m.test(await grepped(complianceLine)) && (await grepped(failingLine)) === '');
    assert.match((await type(`timeout 3 ${runbook.line(['get pods', '-w'])}`)).stdout, /Running/);
  });
});
