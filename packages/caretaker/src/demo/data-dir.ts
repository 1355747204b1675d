import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../errors.ts';

/** Files of a demo, all below one folder. */
export interface DataDir {
  root: string;
  kubeconfig: string;
  database: string;
  /** Logs of process pods. */
  logs: string;
  lock: string;
  /** Cluster state, with `--persist`. */
  state: string;
}

const marker = '.caretaker-demo';

/** One folder per user below the system's temporary folder, unless the person names one. */
export function dataDir(named: string | undefined): DataDir {
  const root = resolve(named ?? join(tmpdir(), `caretaker-${userInfo().username}`));
  return {
    root,
    kubeconfig: join(root, 'kubeconfig'),
    database: join(root, 'customers.db'),
    logs: join(root, 'logs'),
    lock: join(root, 'demo.lock'),
    state: join(root, 'cluster.db'),
  };
}

/**
 * Makes the folder fresh. Only a folder that a demo made (it holds the marker) or an empty one is emptied: a person's own files are never deleted.
 * With `keep` (`--persist`) what is there stays.
 */
export function prepareDataDir(dir: DataDir, keep: boolean): void {
  mkdirSync(dir.root, { recursive: true, mode: 0o700 });
  // Who owns the folder could exchange what is in it; and what is in it, SQLite's files too, is nobody else's to read.
  if (statSync(dir.root).uid !== (process.getuid?.() ?? statSync(dir.root).uid)) {
    throw new UserError('DataDirNotOurs', `${dir.root} is somebody else's`, 'choose a folder of your own: --data-dir DIR');
  }
  const entries = readdirSync(dir.root);
  if (entries.length > 0 && !existsSync(join(dir.root, marker))) {
    throw new UserError('DataDirNotOurs', `${dir.root} holds files that no demo made`, 'choose an empty or new folder: --data-dir DIR');
  }
  if (!keep) for (const entry of entries) rmSync(join(dir.root, entry), { recursive: true, force: true });
  writeFileSync(join(dir.root, marker), 'Made by `caretaker dev`; emptied at its next start.\n', { mode: 0o600 });
  chmodSync(dir.root, 0o700);
  mkdirSync(dir.logs, { recursive: true, mode: 0o700 });
}
