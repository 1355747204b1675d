import type { Console } from '../terminal/console.ts';
import { renderTable } from '../terminal/table.ts';
import type { TenantSummary } from './tenants.ts';

const shown = 8;

/** The first few tenants, as `kubectl get tenants` would print them. */
export function printSummary(console: Console, tenants: readonly TenantSummary[]): void {
  const rows = tenants.slice(0, shown).map((tenant) => [tenant.name, tenant.ready, tenant.reason, tenant.resources]);
  console.say('');
  console.say(renderTable(['NAME', 'READY', 'REASON', 'RESOURCES'], rows));
  if (tenants.length > shown) console.say(console.dim(`… and ${tenants.length - shown} more`));
}

/** Three commands that work as printed, and how to change a row. */
export function printAdvice(console: Console, kubeconfig: string, dataDir: string | undefined): void {
  const where = dataDir === undefined ? '' : ` --data-dir ${quote(dataDir)}`;
  console.say('');
  console.say(console.bold('Try next, in another terminal:'));
  console.say(`  export KUBECONFIG=${quote(kubeconfig)}`);
  console.say('  kubectl get tenants,tenantregistries,tenanttemplates -n tenants');
  console.say('  kubectl describe tenant acme-web -n tenants');
  console.say('  kubectl get all -n tenants -l kubernetes-tenants.org/tenant=acme-web');
  console.say(`  npm run demo -- sql${where} "UPDATE customers SET active=0 WHERE id='acme'"   # and the tenant goes`);
  console.say('');
  console.say(console.dim('Ctrl-C ends it; twice forces it. For development only: do not put real data into it.'));
}

/** A shell word. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
