import { Command } from 'commander';
import { dataDir } from '../demo/data-dir.ts';
import { runningDemo } from '../demo/lock.ts';
import { requestSync } from '../demo/request-sync.ts';
import { runSql } from '../demo/sql.ts';
import { UserError } from '../errors.ts';

/** `caretaker dev sql`: one statement against the database of the running demo. */
export function sqlCommand(): Command {
  return new Command('sql')
    .description('run one SQL statement against the customers of the running demo')
    .argument('<statement>', 'e.g. "UPDATE customers SET active=0 WHERE id=\'acme\'"')
    .option('--data-dir <dir>', 'folder of the demo, when it was started with --data-dir')
    .action(async (statement: string, _options: unknown, command: Command) => {
      const named: unknown = command.optsWithGlobals()['dataDir'];
      const dir = dataDir(typeof named === 'string' ? named : undefined);
      const demo = runningDemo(dir);
      if (demo === undefined) {
        throw new UserError(
          'NoDemo',
          `no demo is running in ${dir.root}`,
          'start one with: npm run demo   (or name its folder: --data-dir DIR)',
        );
      }
      const answer = runSql(demo.database, statement);
      process.stdout.write(`${answer.text}\n`);
      if (answer.changes > 0) await requestSync(demo.kubeconfig, (line) => process.stderr.write(`${line}\n`));
    });
}
