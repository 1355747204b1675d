// docs/runbooks/VirtPlatformSyncFailed.md typed literally at the demo in situations that autopilot-runbook.test.ts does not make: admission denies, the API
// server answers 500, somebody fights. Each line must tell the healthy and the broken situation apart. `oc` is a link to kubectl.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Demo, startDemo, type Typed } from './lib/demo.ts';
import { Runbook } from './lib/runbook.ts';

const runbook = new Runbook('VirtPlatformSyncFailed');
const metrics = 'deploy/virt-platform-autopilot';
const logs = { admission: ['--tail=100', 'admission'], failures: ['ERROR|Failed'] } as const;
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

async function eventually(what: string, look: () => Promise<boolean>, seconds = 180): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
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
  await eventually(`${kind} ${name} is golden again`, async () => (await grepped(resolvedLine(kind, name))).includes('} 1'), 240);
  assert.equal(await grepped(failingLine), '');
  assert.equal(await restarts(), before);
}

/** What every line says while the PrometheusRule cannot be written. */
async function blocked(): Promise<void> {
  assert.match(await typed(runbook.line(logs.admission)), /admission|webhook/i);
  assert.match(await typed(runbook.line(logs.failures)), new RegExp(rules.name));
  const events = runbook.line(['involvedObject.name=<resource-name>'], { namespace: 'openshift-cnv', 'resource-name': rules.name });
  await eventually('the events say so', async () => /Warning/.test(await typed(events)));
}

describe('an admission policy denies', () => {
  test('the log and the events say so; removing it heals', async () => {
    await typed(`kubectl apply -f - <<'EOF'
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: denier}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules: [{apiGroups: [monitoring.coreos.com], apiVersions: ["*"], operations: [CREATE], resources: [prometheusrules]}]
  validations: [{expression: "false", message: "no rules today"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: denier}
spec: {policyName: denier, validationActions: [Deny]}
EOF`);
    await typed(`kubectl delete prometheusrule ${rules.name} -n openshift-cnv`);
    await breaksAndHeals(rules.kind, rules.name, blocked, async () => {
      await typed('kubectl delete validatingadmissionpolicybinding,validatingadmissionpolicy denier');
    });
  });
});

describe('a webhook cannot be called: the API server answers 500', () => {
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
      blocked,
      async () => void (await typed('kubectl delete validatingwebhookconfiguration blocker')),
    );
    assert.match(await typed(runbook.line([/-o yaml$/], object('prometheusrule', rules.name, 'openshift-cnv'))), /kind: PrometheusRule/);
  });
});

describe('a template is broken', () => {
  test('the log names the asset; mending its input heals', async () => {
    const assets = join(demo.folder, 'assets');
    const broken = '{{- if hasAnnotation .HCO.Object "breaker" "on" }}{{ .HCO.BrokenByHand }}{{- end }}';
    await typed(
      `cp -r assets ${assets} && cd ${assets}/observability && { echo '${broken}'; cat prometheus-alerts.yaml.tpl; } > t && mv t prometheus-alerts.yaml.tpl`,
    );
    const add = `[{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--assets-dir=${assets}"}]`;
    await typed(`kubectl patch deployment virt-platform-autopilot -n openshift-cnv --type=json -p '${add}'`);
    await typed('kubectl rollout status deployment/virt-platform-autopilot -n openshift-cnv --timeout=180s');
    await eventually('golden with the copied assets', async () => (await grepped(resolvedLine(rules.kind, rules.name))).includes('} 1'));
    const hco = 'hyperconverged kubevirt-hyperconverged -n openshift-cnv';
    await typed(`kubectl annotate ${hco} breaker=on`);
    await breaksAndHeals(
      rules.kind,
      rules.name,
      async () => {
        const failures = await typed(runbook.line(logs.failures));
        assert.match(failures, /prometheus-alerts/);
        assert.match(failures, /BrokenByHand/);
      },
      async () => void (await typed(`kubectl annotate ${hco} breaker-`)),
    );
  });
});

describe('somebody fights', () => {
  const service = object('service', 'virt-platform-autopilot-metrics', 'openshift-cnv');
  const series = 'kind="Service",name="virt-platform-autopilot-metrics"';

  test('an edit war is counted, and paused on the object', async () => {
    const fight = `for i in $(seq 40); do kubectl patch service ${service['name']} -n openshift-cnv --type=merge -p "{\\"spec\\":{\\"selector\\":{\\"app\\":\\"war-$i\\"}}}" >/dev/null; sleep 0.3; done`;
    await typed(fight);
    assert.match(await typed(runbook.line([/grep "virt_platform_thrashing_total"$/])), new RegExp(`${series}.*\\} [1-9]`));
    await eventually(
      'paused',
      async () => (await typed(runbook.line(["jsonpath='{.metadata.annotations}'"], service))).includes('reconcile-paused'),
      180,
    );
    assert.match(await typed(runbook.line(['involvedObject.name=<name>'], service)), /Warning/);
    await typed(`kubectl annotate service ${service['name']} -n openshift-cnv platform.kubevirt.io/reconcile-paused-`);
    await eventually('golden again', async () => (await grepped(resolvedLine('Service', service['name'] ?? ''))).includes('} 1'), 240);
  });
});
