import type { Catalog } from '../src/catalog/types.ts';
import { featureStatus } from '../src/debug/features.ts';

/** docs/reference/features.md */
export function featureTable(catalog: Catalog): string {
  const rows = featureStatus(catalog).map((feature) =>
    [
      feature.name,
      feature.maturity,
      feature.optIn === null ? 'always' : `\`${feature.optIn}\``,
      feature.requires.join(', '),
      feature.assets.map((name) => `\`${name}\``).join(', '),
      feature.description,
    ].join(' | '),
  );
  return `# Features of the platform

Generated from \`assets/catalog.yaml\` (\`npm run generate\`); the operator serves the same list at \`/debug/features\`. GA: generally available, TP: technology preview, DP: developer preview.

| feature | maturity | switched on by | requires | assets | what it does |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}
`;
}
