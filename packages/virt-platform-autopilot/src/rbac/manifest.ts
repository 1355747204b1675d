import { stringify } from 'yaml';
import type { Rule } from './rules.ts';

/** The ClusterRole as YAML, each rule with its reason as a comment. */
export function clusterRole(rules: readonly Rule[]): string {
  const head = stringify({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'virt-platform-autopilot-role', labels: { app: 'virt-platform-autopilot' } },
  });
  const body = rules.map(({ why, ...rule }) => {
    const item = stringify([rule], { lineWidth: 0, collectionStyle: 'any' });
    return `  # ${why}\n${item.replace(/^(?=.)/gm, '  ')}`;
  });
  return `# auto-generated from assets/ by packages/virt-platform-autopilot/generate.ts (npm run generate). Do not edit.\n${head}rules:\n${body.join('')}`;
}
