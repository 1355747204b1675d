import { durationBuckets, familyTable, runbookPrefix } from '../src/metrics/families.ts';
import { type SeriesRule, seriesRules } from '../src/metrics/situation.ts';

/** docs/metrics.md: the families and the truth table, both from the code that writes them. */
export function metricsReference(): string {
  const families = Object.values(familyTable).map(
    ({ suffix, type, labels, help }) => `| \`${runbookPrefix}_${suffix}\` | ${type} | ${labels.join(', ')} | ${help} |`,
  );
  const rows = Object.entries(seriesRules).map(([situation, rule]) => `| ${situation} | ${meaning[situation] ?? ''} | ${cells(rule)} |`);
  return `# Metrics of virt-platform-autopilot

Generated from \`packages/virt-platform-autopilot/src/metrics\` (\`npm run generate\`).

Plain HTTP at \`:8080/metrics\`. Labels come in the order shown, values are integers without time stamps, so that the runbook's
\`grep "virt_platform_compliance_status.*<kind>.*<name>" | grep '} 1$'\` works. Cluster-scoped objects have \`namespace=""\`. \`--metrics-prefix kubevirt_autopilot\` mirrors
every family under a second prefix.

| family | type | labels | meaning |
| --- | --- | --- | --- |
${families.join('\n')}

Buckets of the histogram, in seconds: ${durationBuckets.join(', ')}.

Besides these: \`controller_runtime_*{controller="platform"}\`, \`workqueue_*\`, \`rest_client_requests_total\`, \`process_*\`.

## Which series a situation leaves

\`-\`: the series is removed. \`keep\`: it stays as it is. A series of \`compliance_status\` exists only for an object that the autopilot is to keep golden; it is 0 for every fault
of such an object and while it is throttled or paused, and 1 only when the object is known to be golden. Both are written again after a restart, drift or not.

| situation | when | compliance | paused | duration | customization |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

\`thrashing_total\` counts every contested repair (a field that was repaired and then changed again) and starts at 0 with the first pass, so that
\`increase(virt_platform_thrashing_total[10m]) > 5\` can become true. \`missing_dependency\` has a series per kind that a wanted asset needs: 1 missing, 0 present.
\`tombstone_status\`: 0 gone, 1 being deleted, -1 deletion failed or held by a finalizer for more than 5 minutes, -2 kept because it does not carry our label.
`;
}

const meaning: Readonly<Record<string, string>> = {
  Applied: 'written in this pass',
  InSync: 'nothing to write',
  Failed: 'rendering, reading or applying failed, or the API server refused',
  KindNotServed: 'the CRD exists, but no server answers for the kind ("no matches for kind")',
  Throttled: 'repaired too often: waits for the next token',
  Paused: 'edit war, or the annotation reconcile-paused',
  Unmanaged: 'annotation mode=unmanaged on the object',
  Excluded: 'annotation disabled-resources on the HyperConverged',
  NotSelected: 'not in the list of the annotation autopilot',
  ConditionsNotMet: 'a condition of the catalog does not hold',
  DependencyMissing: 'a CRD that the asset needs is not installed',
  NotApplicable: 'the template gives no object for this cluster',
  NamespaceMissing: 'the target namespace does not exist',
  SwitchedOff: 'annotation autopilot=false, or there is no HyperConverged',
};

function cells(rule: SeriesRule): string {
  return [rule.compliance, rule.paused, rule.duration, rule.customization]
    .map((cell) => (cell === 'drop' ? '-' : String(cell)))
    .join(' | ');
}
