import { Command, InvalidArgumentError } from 'commander';
import { runDemo } from '../demo/demo.ts';
import { sqlCommand } from './dev-sql.ts';

/** `caretaker dev`: the embedded cluster, with the main job running on it. */
export function devCommand(): Command {
  return new Command('dev')
    .description('start the embedded cluster, and on it the tenant operator with a sample database (npm run demo is the same)')
    .option('--port <port>', 'port of the API server on 127.0.0.1 (default: a free one)', port)
    .option('--rows <count>', 'active customers in the sample database', positive, 25)
    .option('--once', 'exit when all tenants are ready: 0, or non-zero with the reason')
    .option('--timeout <seconds>', 'how long --once waits for the tenants', positive, 180)
    .option('--bare', 'the API server alone, with the four controllers of its recorded transcripts; no operator, no sample')
    .option('--controllers <list>', "controllers of the cluster, comma-separated; '*' is all (default: all, with --bare the four)")
    .option('--ready-delay <seconds>', 'how long a simulated pod takes to become ready', seconds, 1)
    .option('--autopilot', 'also run the virt-platform-autopilot, with OpenShift-like definitions and a HyperConverged')
    .option('--persist', 'keep the cluster and the database in the data directory over restarts')
    .option('--data-dir <dir>', 'folder for all that is written (default: one per user below the temporary folder, emptied at start)')
    .addHelpText(
      'after',
      `
Examples:
  npm run demo                                 rows become tenants; kubectl works beside it
  npm run demo -- --once --rows 50             ends with "50/50 tenants ready in <s> s"
  npm run demo -- sql "UPDATE customers SET active=0 WHERE id='acme'"
  npm run demo -- --bare --port 6443           an empty cluster
`,
    )
    .action(runDemo)
    .addCommand(sqlCommand());
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 on is needed');
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('seconds, 0 or more, are needed');
  return value;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw new InvalidArgumentError('a port from 0 to 65535 is needed (0: a free one)');
  return value;
}
