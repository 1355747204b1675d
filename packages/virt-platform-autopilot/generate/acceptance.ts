/** docs/reference/acceptance.md: which test proves which scenario. Found by reading the names of the tests, so it cannot claim what is not there. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const id = /\b([SBOTCWKR]-\d\d)\b/g;
const testName = /\b(?:test|it|scenario)\(\s*(['"`])((?:[A-Z]-\d\d[ ,]*)+:[^\n]*?)\1/g;

/** Scenarios whose rule lives in a shared package: the test there, by a part of its name or table that must be in the file. */
const elsewhere: readonly [id: string, file: string, text: string][] = [
  ['B-11', 'packages/engine/test/errors/classify.test.ts', 'NamespaceNotFound'],
  [
    'T-01',
    'packages/engine/test/edit-war/war.test.ts',
    'ten repairs are let through at once, the eleventh is not, and the wait is one token',
  ],
  ['T-01', 'packages/engine/test/edit-war/war.test.ts', 'one token comes back every six seconds, fractions count'],
  ['T-02', 'packages/engine/test/edit-war/war.test.ts', 'the first and second refusal wait, the third pauses'],
  ['T-02', 'packages/engine/test/edit-war/war.test.ts', 'a minute of peace forgets the refusals'],
  ['W-02', 'packages/kube/test/discovery/discovery.test.ts', 'discovery.invalidate()'],
];

interface Proof {
  file: string;
  name: string;
}

export function acceptanceTable(root: string): string {
  const proofs = new Map<string, Proof[]>();
  const patterns = ['packages/virt-platform-autopilot/test/**/*.ts', 'test/cluster/autopilot*.ts'];
  for (const file of patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()) {
    for (const match of readFileSync(join(root, file), 'utf8').matchAll(testName)) {
      const text = match[2] ?? '';
      const [ids = '', ...rest] = text.split(':');
      for (const [, found = ''] of ids.matchAll(id))
        proofs.set(found, [...(proofs.get(found) ?? []), { file, name: rest.join(':').trim() }]);
    }
  }
  for (const [name, file, text] of elsewhere) {
    if (!readFileSync(join(root, file), 'utf8').includes(text))
      throw new Error(`${file} does not hold ${JSON.stringify(text)}, which proves ${name}`);
    proofs.set(name, [...(proofs.get(name) ?? []), { file, name: `${text} (shared package)` }]);
  }
  const rows = [...proofs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, list]) => list.map((proof) => `| ${name} | ${proof.name.replaceAll('|', '\\|')} | ${where(proof.file)} |`));
  return `# Acceptance of virt-platform-autopilot

Generated from the names of the tests (\`npm run generate\`). Files below \`test/acceptance/\` are suites that run unchanged on devcluster (\`npm test\`) and on a real kube-apiserver
(\`npm run test:cluster -- autopilot\`); the others are hermetic. A scenario counts as passed when its test passes: \`.ci/run\` runs all of them.

| id | scenario | proved by |
| --- | --- | --- |
${rows.join('\n')}

## Scenarios that wait or are read in another way

${notes.map((note) => `- ${note}`).join('\n')}
`;
}

function where(file: string): string {
  return file.includes('/acceptance/') ? `\`${file}\` (devcluster and real)` : `\`${file}\``;
}

const notes: readonly string[] = [
  'R-02, R-03, R-06 and R-07 concern assets of a later delivery (logging, metrics exporter, KSM).',
  'B-14 falls away: the golden HyperConverged has an empty spec (rule of eras, DESIGN §6).',
  'C-10 is a pre-flight check of a real OpenShift cluster.',
  'C-03 is read as "set to false": in the era of the runbook an absent annotation means enabled.',
  'T-03 and T-08: thrashing_total counts every contested repair; the event comes once per episode (DESIGN §10.16).',
  'T-06 and K-06 are proved by rule tests (promtool): no Prometheus runs in the test clusters.',
];
