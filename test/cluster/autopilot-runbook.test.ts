// The runbook VirtPlatformSyncFailed, line by line, with kubectl (and `oc`, a link to it) on the embedded cluster, where the autopilot runs as a process pod.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sleep, systemClock } from '@caretaker/kube';
import { kubectlEnvironment } from './lib/control-plane.ts';
import { untilSeen } from './lib/runbook.ts';

const root = join(import.meta.dirname, '..', '..');
const runbook = readFileSync(join(root, 'docs', 'runbooks', 'VirtPlatformSyncFailed.md'), 'utf8')
  .replace(/\s*\\\n\s*/g, ' ')
  .replace(/\s+/g, ' ');
const folder = mkdtempSync(join(tmpdir(), 'autopilot-runbook-'));
const data = join(folder, 'data');
const bin = join(folder, 'bin');
const env: NodeJS.ProcessEnv = { ...kubectlEnvironment(), KUBECONFIG: join(data, 'kubeconfig') };
env['PATH'] = `${bin}:${env['PATH'] ?? ''}`;
let demo: ChildProcess | undefined;

/** The object that the placeholders of the runbook stand for. */
const placeholders: Record<string, string> = {
  '<namespace>': 'openshift-kube-descheduler-operator',
  '<resource-name>': 'cluster',
  '<name>': 'cluster',
  '<kind>': 'KubeDescheduler',
  '<resource>': 'kubedeschedulers.operator.openshift.io',
  '<crd-name>': 'kubedeschedulers.operator.openshift.io',
};

/** Types a line of the runbook as written, placeholders filled in; refuses what is not in it. */
function type(line: string): string {
  const flat = line.replace(/\s*\\\n\s*/g, ' ').replace(/\s+/g, ' ');
  assert.ok(runbook.includes(flat), `not in the runbook: ${flat}`);
  return shell(Object.entries(placeholders).reduce((text, [name, value]) => text.replaceAll(name, value), line));
}

function shell(command: string): string {
  const done = spawnSync('bash', ['-c', command], { env, cwd: folder, encoding: 'utf8', timeout: 180_000 });
  return `${done.stdout}${done.stderr}`.replace(/\u0000/g, '');
}

async function eventually(what: string, check: () => void): Promise<void> {
  const until = systemClock.monotonic() + 180_000;
  for (;;) {
    try {
      check();
      return;
    } catch (error) {
      if (systemClock.monotonic() > until) throw new Error(`not within 180 s: ${what}`, { cause: error });
    }
    await sleep(systemClock, 500);
  }
}

const metrics = 'oc exec -n openshift-cnv deploy/virt-platform-autopilot -- curl -s localhost:8080/metrics |';
const failing = `${metrics} grep "virt_platform_compliance_status" | grep '} 0$'`;
const compliant = `${metrics} grep "virt_platform_compliance_status.*<kind>.*<name>" | grep '} 1$'`;

before(async () => {
  mkdirSync(bin);
  const kubectl = spawnSync('bash', ['-c', 'command -v kubectl'], { env, encoding: 'utf8' }).stdout.trim();
  symlinkSync(kubectl, join(bin, 'oc'));
  const main = join(root, 'packages', 'caretaker', 'src', 'main.ts');
  demo = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'dev', '--autopilot', '--rows', '1', '--data-dir', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  demo.stdout?.on('data', (chunk) => (out += String(chunk)));
  demo.stderr?.on('data', (chunk) => (out += String(chunk)));
  await eventually('the demo has healed its drift', () => assert.match(out, /repaired after|it lets go/, out));
});

after(async () => {
  const ended = new Promise((resolve) => demo?.once('exit', resolve));
  demo?.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

test('S-09, C-01: the Deployment is ready, events carry our name, and every line in the healthy situation', async () => {
  await eventually('golden', () => assert.match(type(compliant), /KubeDescheduler.*cluster.*} 1/));
  await eventually('the Deployment is ready', () =>
    assert.match(shell('kubectl get deploy virt-platform-autopilot -n openshift-cnv'), /1\/1/),
  );
  assert.match(shell('kubectl get events -n openshift-cnv -o yaml'), /component: virt-platform-autopilot/);
  assert.equal(type(failing), '');
  assert.equal(type('kubectl logs -n openshift-cnv -l app=virt-platform-autopilot --tail=100 | grep -i "admission\\|webhook"'), '');
  assert.match(type('kubectl get events -n <namespace> --field-selector involvedObject.name=<resource-name>'), /AssetApplied/);
  assert.match(
    type(`${metrics} grep virt_platform_thrashing_total`),
    /virt_platform_thrashing_total\{kind="KubeDescheduler",name="cluster",namespace="openshift-kube-descheduler-operator"\} 0/,
  );
  assert.match(type('kubectl get --raw /healthz'), /^ok/);
  assert.match(type('kubectl get --raw /readyz'), /^ok/);
  assert.match(type(`${metrics} grep virt_platform_reconcile_duration_seconds`), /_bucket\{kind="KubeDescheduler".*le="\+Inf"\} \d+/);
  assert.match(type('kubectl get crd <crd-name>'), /kubedeschedulers.operator.openshift.io\s+20/);
  assert.match(type(`${metrics} grep virt_platform_missing_dependency`), /kind="KubeDescheduler"\} 0/);
  assert.equal(type('kubectl logs -n openshift-cnv -l app=virt-platform-autopilot | grep -i "forbidden\\|rbac"'), '');
  assert.match(type('kubectl auth can-i update <resource> --as=system:serviceaccount:openshift-cnv:virt-platform-autopilot'), /^yes/);
  assert.match(type('kubectl logs -n openshift-cnv -l app=virt-platform-autopilot --tail=200'), /Successfully reconciled virt platform/);
  assert.equal(type('kubectl logs -n openshift-cnv -l app=virt-platform-autopilot | grep -E "ERROR|Failed|failed to apply"'), '');
  assert.match(type('kubectl get <kind> <name> -n <namespace> -o yaml'), /kind: KubeDescheduler/);
  assert.match(
    type("kubectl get <kind> <name> -n <namespace> -o jsonpath='{.metadata.annotations}'"),
    /platform.kubevirt.io\/applied-hash/,
  );
  assert.match(type('kubectl get events -n <namespace> --field-selector involvedObject.name=<name>'), /AssetApplied/);
});

test('S-09: port-forward to the Service', async () => {
  assert.ok(runbook.includes('kubectl port-forward -n openshift-cnv svc/virt-platform-autopilot-metrics 8080:8080'));
  // As written, but for the local port: another program of this machine may hold 8080.
  const forward = spawn('kubectl', ['port-forward', '-n', 'openshift-cnv', 'svc/virt-platform-autopilot-metrics', '27090:8080'], {
    env,
    stdio: 'ignore',
  });
  try {
    await eventually('metrics through the forward', () =>
      assert.match(shell('curl -s localhost:27090/metrics | grep "virt_platform_compliance_status"'), /} 1/),
    );
  } finally {
    forward.kill();
  }
});

test('S-09, S-02: every line with the right to change descheduler objects revoked, then restored', async () => {
  const role = shell('kubectl get clusterrole virt-platform-autopilot-role -o json');
  const revoked = role.replace(
    /\{[^{}]*"kubedeschedulers"[^{}]*\}/,
    '{"apiGroups":["operator.openshift.io"],"resources":["kubedeschedulers"],"verbs":["get","list","watch"]}',
  );
  assert.notEqual(revoked, role);
  shell(`kubectl replace -f - <<'EOF'\n${revoked}\nEOF`);
  shell(
    'kubectl patch kubedescheduler cluster -n openshift-kube-descheduler-operator --type=merge -p \'{"spec":{"deschedulingIntervalSeconds":999}}\'',
  );
  await eventually('compliance 0', () => assert.match(type(failing), /kind="KubeDescheduler",name="cluster".*} 0/));
  assert.equal(type(compliant), '');
  assert.match(
    type('kubectl logs -n openshift-cnv -l app=virt-platform-autopilot | grep -i "forbidden\\|rbac"'),
    /kubedeschedulers.*forbidden/i,
  );
  assert.match(type('kubectl auth can-i update <resource> --as=system:serviceaccount:openshift-cnv:virt-platform-autopilot'), /^no/);
  assert.match(
    type('kubectl logs -n openshift-cnv -l app=virt-platform-autopilot | grep -E "ERROR|Failed|failed to apply"'),
    /failed to apply/,
  );
  await eventually('event', () =>
    assert.match(type('kubectl get events -n <namespace> --field-selector involvedObject.name=<name>'), /Warning\s+ApplyFailed/),
  );
  assert.match(shell(`${metrics} grep virt_platform_compliance_status | grep -c '} 1$'`), /^9/, 'the others stay 1');
  shell(`kubectl apply -f ${join(root, 'config', 'virt-platform-autopilot', 'rbac', 'role.yaml')} --server-side --force-conflicts`);
  await eventually('compliance 1 again, without a restart', () => assert.match(type(compliant), /} 1/));
  assert.equal(type(failing), '');
});

test('S-09, S-06: manual reconciliation', async () => {
  const count = (): number =>
    Number(/_count\{kind="KubeDescheduler"[^}]*\} (\d+)/.exec(type(`${metrics} grep "virt_platform_reconcile_duration_seconds"`))?.[1]);
  const earlier = count();
  assert.match(type('kubectl annotate <kind> <name> -n <namespace> \\\n  platform.kubevirt.io/force-reconcile="$(date +%s)"'), /annotated/);
  await eventually('a pass', () => assert.ok(count() > earlier));
  await eventually('again without --overwrite', () =>
    assert.match(
      type('kubectl annotate <kind> <name> -n <namespace> \\\n  platform.kubevirt.io/force-reconcile="$(date +%s)"'),
      /annotated$/m,
    ),
  );
});

test('S-09, S-05: the change is intentional: unmanaged', async () => {
  assert.match(type('kubectl annotate <kind> <name> -n <namespace> \\\n  platform.kubevirt.io/mode=unmanaged'), /annotated/);
  await eventually('no compliance', () => assert.equal(type(compliant), ''));
  assert.equal(type(failing), '', 'the alert ends');
  shell('kubectl annotate kubedescheduler cluster -n openshift-kube-descheduler-operator platform.kubevirt.io/mode-');
  await eventually('managed again', () => assert.match(type(compliant), /} 1/));
});

test('S-09, S-07: the change is unintentional: healed, and found by the runbook’s grep', async () => {
  shell(
    'kubectl patch kubedescheduler cluster -n openshift-kube-descheduler-operator --type=merge -p \'{"spec":{"deschedulingIntervalSeconds":777}}\'',
  );
  await eventually('healed', () =>
    assert.match(
      shell("kubectl get kubedescheduler cluster -n openshift-kube-descheduler-operator -o jsonpath='{.spec.deschedulingIntervalSeconds}'"),
      /^60$/,
    ),
  );
  assert.ok(runbook.includes('kubectl logs -n openshift-cnv -l app=virt-platform-autopilot -f | grep "successfully applied"'));
  assert.match(
    shell(untilSeen('kubectl logs -n openshift-cnv -l app=virt-platform-autopilot -f', 'timeout 60 grep -m1 "successfully applied"')),
    /asset=descheduler-loadaware/,
  );
  type('kubectl get <kind> <name> -n <namespace> -o yaml > current.yaml');
  assert.match(readFileSync(join(folder, 'current.yaml'), 'utf8'), /deschedulingIntervalSeconds: 60/);
});

test('S-09, S-08: a restart of the pod brings every series back', async () => {
  assert.match(type('kubectl delete pod -n openshift-cnv -l app=virt-platform-autopilot'), /deleted/);
  await eventually('a new pod runs', () =>
    assert.match(shell('kubectl get pods -n openshift-cnv'), /virt-platform-autopilot-\S+\s+1\/1\s+Running/),
  );
  await eventually('all series', () => assert.match(shell(`${metrics} grep virt_platform_compliance_status | grep -c '} 1$'`), /^10/));
});

test('S-09: a missing dependency', async () => {
  shell('kubectl annotate hyperconverged kubevirt-hyperconverged -n openshift-cnv platform.kubevirt.io/enable-metallb=true');
  shell('kubectl delete crd metallbs.metallb.io --ignore-not-found');
  await eventually('told', () => assert.match(type(`${metrics} grep virt_platform_missing_dependency`), /kind="MetalLB"\} 1/));
  assert.match(shell('kubectl get crd metallbs.metallb.io'), /not found/i);
  shell(`kubectl apply -f ${join(root, 'packages', 'virt-platform-autopilot', 'testdata', 'crds', 'metallbs.yaml')}`);
  await eventually('present', () => assert.match(type(`${metrics} grep virt_platform_missing_dependency`), /kind="MetalLB"\} 0/));
});
