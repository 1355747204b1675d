import assert from 'node:assert/strict';
import { hcoRef, refs } from './platform.ts';
import { type Scenario, scenario } from './world.ts';

/** A webhook that nobody answers, and that fails closed: what a broken Gatekeeper or Kyverno looks like. For worlds that call webhooks. */
export const webhook: readonly Scenario[] = [
  scenario('S-01: a real fail-closed webhook blocks one object; without it all heals', async (platform) => {
    await platform.startGolden();
    const name = 'autopilot-test-guard';
    const configuration = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', name };
    await platform.admin.create({
      apiVersion: configuration.apiVersion,
      kind: configuration.kind,
      metadata: { name },
      webhooks: [
        {
          name: 'guard.example.com',
          clientConfig: { url: 'https://127.0.0.1:1/' },
          rules: [{ apiGroups: ['observability.openshift.io'], apiVersions: ['*'], operations: ['UPDATE'], resources: ['uiplugins'] }],
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          timeoutSeconds: 1,
          matchConditions: [{ name: 'autopilot-only', expression: 'request.userInfo.username.contains("virt-platform-autopilot")' }],
        },
      ],
    });
    try {
      await platform.eventually('compliance 0', async () => {
        // A webhook takes a moment to be in force: what is repaired before is tried again.
        if (platform.compliance(refs.uiPlugin) === 1)
          await platform.merge(refs.uiPlugin, { spec: { monitoring: { perses: { enabled: false } } } });
        assert.equal(platform.compliance(refs.uiPlugin), 0);
      });
      assert.equal(platform.series('virt_platform_compliance_status').filter((line) => line.value === 1).length, 9);
      assert.ok(platform.logged(/ERROR.*failed to apply.*webhook/));
      await platform.eventually('told', async () => {
        assert.ok((await platform.eventCount('ApplyFailed', refs.uiPlugin, 'webhook')) > 0);
        assert.ok((await platform.eventCount('ApplyFailed', hcoRef, 'webhook')) > 0);
      });
    } finally {
      await platform.admin.delete(configuration);
    }
    await platform.allGolden();
  }),
];
