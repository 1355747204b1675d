import { DatabaseSync } from 'node:sqlite';
import { UserError } from '../errors.ts';
import { renderTable } from '../terminal/table.ts';

export interface SqlAnswer {
  /** What to print. */
  text: string;
  /** Rows written; 0 for a query. */
  changes: number;
}

/** One SQL statement against the demo's customers. */
export function runSql(path: string, statement: string): SqlAnswer {
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    const prepared = database.prepare(statement);
    const columns = prepared.columns().map((column) => column.name);
    if (columns.length === 0) {
      const changes = Number(prepared.run().changes);
      return { text: `${changes} ${changes === 1 ? 'row' : 'rows'} changed`, changes };
    }
    const rows = prepared.all().map((row) => columns.map((name) => String(row[name] ?? 'NULL')));
    return { text: renderTable(columns, rows), changes: 0 };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'SqlFailed',
      `SQLite refused the statement: ${error instanceof Error ? error.message : String(error)}`,
      "the table is customers(id, name, url, active, plan, region, replicas, settings), e.g. UPDATE customers SET active=0 WHERE id='acme'",
      { cause: error },
    );
  } finally {
    database.close();
  }
}
