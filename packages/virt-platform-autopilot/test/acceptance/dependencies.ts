import assert from 'node:assert/strict';
import { annotation, crdFiles, hcoRef, refs } from './platform.ts';
import { type Scenario, scenario } from './world.ts';

const dependency = (group: string, version: string, kind: string): string => `{group="${group}",version="${version}",kind="${kind}"}`;

/** §7.6: CRDs and watches. */
export const dependencies: readonly Scenario[] = [
  scenario(
    'W-01, W-03: a CRD that comes and goes: told by its real name, applied when it comes, no restart',
    async (platform) => {
      await platform.createHco({ [annotation('enable-metallb')]: 'true' });
      await platform.start();
      const gauge = (): number | undefined =>
        platform.series('virt_platform_missing_dependency').find((line) => line.labels === dependency('metallb.io', 'v1beta1', 'MetalLB'))
          ?.value;
      await platform.eventually('missing', () => assert.equal(gauge(), 1));
      await platform.allGolden();
      await platform.eventually('told', async () =>
        assert.ok((await platform.eventCount('CRDMissing', hcoRef, 'metallbs.metallb.io')) === 1),
      );
      assert.equal(
        platform.series('virt_platform_missing_dependency').filter((line) => line.value === 1).length,
        1,
        'what nobody wants is not missed',
      );
      await platform.installCrd('metallbs.yaml');
      await platform.allGolden(defaultCount + 1);
      assert.equal(gauge(), 0);
      await platform.eventually('discovered', async () =>
        assert.ok((await platform.eventCount('CRDDiscovered', hcoRef, 'metallb-operator')) >= 1),
      );
      await platform.removeCrd('metallbs.yaml');
      await platform.eventually('missing again', () => {
        assert.equal(gauge(), 1);
        assert.equal(platform.compliance(refs.metallb), undefined);
      });
      await platform.annotate(hcoRef, { [annotation('enable-metallb')]: null });
      await platform.eventually('not wanted, not missed', () => assert.equal(gauge(), undefined));
    },
    { without: ['metallbs.yaml'] },
  ),
  scenario('S-10: a CRD that nobody serves: no matches for kind in the log, compliance 0, not missing', async (platform) => {
    await platform.startGolden();
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'uiplugins.observability.openshift.io' };
    const serve = (served: boolean) =>
      platform.admin.patch(crd, { type: 'json', body: [{ op: 'replace', path: '/spec/versions/0/served', value: served }] });
    await serve(false);
    try {
      await platform.eventually('compliance 0', () => assert.equal(platform.compliance(refs.uiPlugin), 0));
      assert.ok(platform.logged(/Failed to reconcile asset.*no matches for kind/));
      assert.equal(platform.series('virt_platform_missing_dependency').find((line) => line.labels.includes('"UIPlugin"'))?.value, 0);
    } finally {
      await serve(true);
    }
    await platform.allGolden();
  }),
  scenario(
    'W-01: a plain Kubernetes without OpenShift: nothing to do, nothing to say; when all kinds come one after another, everything is applied',
    async (platform) => {
      await platform.start();
      await platform.quiet();
      assert.deepEqual(platform.series('virt_platform_compliance_status'), []);
      assert.deepEqual(platform.series('virt_platform_missing_dependency'), []);
      assert.deepEqual(
        platform.logs.filter((line) => /level=(WARN|ERROR)/.test(line)),
        [],
      );
      assert.deepEqual(
        platform.transport.requests.filter((request) => request.method !== 'GET'),
        [],
      );
      for (const file of crdFiles()) await platform.installCrd(file);
      await platform.settleKinds();
      await platform.createHco();
      await platform.allGolden();
    },
    { without: crdFiles() },
  ),
];

const defaultCount = 10;
