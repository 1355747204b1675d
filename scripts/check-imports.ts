// Enforces DESIGN §2: which package may import which. `type` marks packages whose types alone may be imported by src/.
import { globSync, readFileSync } from 'node:fs';

type Rule = { may: readonly string[]; typesOnly: readonly string[] };

const rules: Record<string, Rule> = {
  gotemplate: { may: [], typesOnly: [] },
  kube: { may: [], typesOnly: [] },
  devcluster: { may: [], typesOnly: ['kube'] },
  engine: { may: ['kube'], typesOnly: [] },
  'tenant-operator': { may: ['engine', 'kube', 'gotemplate'], typesOnly: [] },
  'virt-platform-autopilot': { may: ['engine', 'kube', 'gotemplate'], typesOnly: [] },
  caretaker: { may: ['devcluster', 'engine', 'kube', 'gotemplate', 'tenant-operator', 'virt-platform-autopilot'], typesOnly: [] },
};

const importOf =
  /^\s*(import|export)\s+(type\s+)?[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

function packageOf(specifier: string): string | undefined {
  const match = /^(?:@caretaker\/)?([a-z-]+)/.exec(specifier);
  const name = match?.[1];
  return name !== undefined && name in rules && !specifier.startsWith('.') ? name : undefined;
}

const faults: string[] = [];
for (const file of globSync('packages/*/src/**/*.ts')) {
  const own = file.split('/')[1] ?? '';
  const rule = rules[own];
  if (!rule) continue;
  for (const match of readFileSync(file, 'utf8').matchAll(importOf)) {
    const specifier = match[3] ?? match[4] ?? match[5] ?? '';
    if (specifier.startsWith('.')) {
      if (!new URL(specifier, `file:///${file}`).pathname.startsWith(`/packages/${own}/`))
        faults.push(`${file}: ${specifier} leaves the package`);
      continue;
    }
    const other = packageOf(specifier);
    if (other === undefined || other === own || rule.may.includes(other)) continue;
    if (rule.typesOnly.includes(other) && match[2] !== undefined) continue;
    faults.push(`${file}: ${own} may not import ${rule.typesOnly.includes(other) ? 'values of ' : ''}${other}`);
  }
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log('imports: every package imports only what DESIGN §2 allows');
