import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { parseRunFlags } from '../src/command/flags.ts';
import { renderCommand } from '../src/command/render.ts';
import { itemsAsTable, itemsAsYaml } from '../src/debug/format.ts';

test('flags: the defaults of the contract', () => {
  const flags = parseRunFlags([]);
  assert.equal(flags.metricsBindAddress, ':8080');
  assert.equal(flags.debugBindAddress, '127.0.0.1:8081');
  assert.equal(flags.healthProbeBindAddress, ':8082');
  assert.equal(flags.namespace, 'openshift-cnv');
  assert.equal(flags.leaderElect, false);
  assert.equal(flags.enableDebugServer, true);
  assert.equal(flags.crdValidationTimeoutMs, 10_000);
});

test('flags: booleans in Go’s forms, durations, refusals with the flag named', () => {
  assert.equal(parseRunFlags(['--leader-elect']).leaderElect, true);
  assert.equal(parseRunFlags(['--leader-elect=false']).leaderElect, false);
  assert.equal(parseRunFlags(['--crd-validation-timeout=2s']).crdValidationTimeoutMs, 2000);
  assert.equal(parseRunFlags(['--development']).logLevel, 'debug');
  assert.throws(() => parseRunFlags(['--leader-elect=maybe']), /--leader-elect must be one of true, false/);
  assert.throws(() => parseRunFlags(['--metrics-prefix=a b']), /is no name of a metric/);
  assert.throws(() => parseRunFlags(['--colour=red']), /colour/);
  assert.throws(() => parseRunFlags(['--crd-validation-timeout=soon']), /duration/);
});

async function render(hco: string, ...argv: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'autopilot-render-'));
  try {
    const file = join(folder, 'hco.yaml');
    writeFileSync(file, hco);
    let out = '';
    await renderCommand(['--hco-file', file, ...argv], {
      env: {},
      signal: new AbortController().signal,
      stdout: (text) => {
        out += text;
      },
    });
    return out;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const hco =
  'apiVersion: hco.kubevirt.io/v1\nkind: HyperConverged\nmetadata: {name: kubevirt-hyperconverged, namespace: openshift-cnv, annotations: {platform.kubevirt.io/enable-mtv: "true"}}\n';

test('R-12: render prints what is applied, ready to be piped to kubectl; a HyperConverged without spec will do', async () => {
  const documents = parseAllDocuments(await render(hco));
  const kinds = [...documents].map((document) => Reflect.get(Object(document.toJS()), 'kind'));
  assert.ok(kinds.includes('ForkliftController') && kinds.includes('Service') && !kinds.includes('MetalLB'));
});

test('R-12: render of one asset, as JSON, as a table; refusals', async () => {
  const one: unknown = JSON.parse(await render(hco, '--asset', 'metallb-operator', '--show-excluded', '--output', 'json'));
  assert.deepEqual(one, [
    {
      asset: 'metallb-operator',
      path: 'operators/metallb-operator.yaml',
      component: 'MetalLB',
      status: 'EXCLUDED',
      reason: 'ConditionsNotMet: annotation platform.kubevirt.io/enable-metallb=true',
      conditions: [{ condition: 'annotation platform.kubevirt.io/enable-metallb=true', met: false }],
    },
  ]);
  assert.match(await render(hco, '--output', 'status'), /^ASSET +STATUS +COMPONENT +REASON\nhco-golden-config +INCLUDED/);
  await assert.rejects(render(hco, '--asset', 'nothing'), /there is no asset "nothing"; there are hco-golden-config/);
  await assert.rejects(render(hco, '--output', 'xml'), /--output must be/);
  await assert.rejects(render('apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n'), /holds no HyperConverged/);
  const nothing = { env: {}, signal: new AbortController().signal, stdout: () => undefined };
  await assert.rejects(renderCommand([], nothing), /one of --kubeconfig and --hco-file/);
  await assert.rejects(renderCommand(['--kubeconfig', 'a', '--hco-file', 'b'], nothing), /and not both/);
});

test('R-12: root exclusion is FILTERED and shown only when asked for', async () => {
  const excluded = hco.replace('enable-mtv: "true"', 'disabled-resources: "[{kind: Service, name: virt-*}]"');
  assert.doesNotMatch(await render(excluded), /Asset: metrics-service\n/);
  assert.match(await render(excluded, '--show-excluded'), /# Asset: metrics-service\n[\s\S]*# Status: FILTERED\n# Reason: root exclusion/);
});

test('formats', () => {
  const items = [{ asset: 'a', path: 'a.yaml', component: 'X', status: 'ERROR' as const, reason: 'line one\nline two' }];
  assert.equal(itemsAsYaml(items), '# Asset: a\n# Path: a.yaml\n# Component: X\n# Status: ERROR\n# Reason: line one line two\n');
  assert.match(itemsAsTable(items), /ERROR: 1 \(1 in all\)/);
});
