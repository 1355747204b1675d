import { join } from 'node:path';
import { fields, items, text } from '../workloads/machinery/read.ts';
import { expandVariables } from './command-line.ts';

/** Where a path of a container is on this machine. The longest first. */
export type Mounts = readonly { path: string; at: string }[];

/** A container's mounts. `folderOf` tells where a volume is; undefined for volumes that are nowhere. */
export function mountsOf(
  container: unknown,
  folderOf: (volume: string) => string | undefined,
  env: Readonly<Record<string, string>>,
): Mounts {
  return items(container, 'volumeMounts')
    .flatMap((mount) => {
      const folder = folderOf(text(mount, 'name'));
      const within = text(mount, 'subPath') || expandVariables(text(fields(mount), 'subPathExpr'), env);
      const path = text(mount, 'mountPath').replace(/(.)\/+$/, '$1');
      return folder === undefined || path === '/' || path === '' ? [] : [{ path, at: within ? join(folder, within) : folder }];
    })
    .sort((left, right) => right.path.length - left.path.length);
}

/**
 * A word of a command or a variable's value with the container's paths replaced by this machine's: a mount path counts where a path can begin (after a
 * space, a quote or one of `=:,;<>()`), and when it ends there or goes on below.
 */
export function onThisMachine(word: string, mounts: Mounts): string {
  if (mounts.length === 0 || !word.includes('/')) return word;
  const known = mounts.map(({ path }) => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const pattern = new RegExp(`(^|[\\s"'=:,;<>()])(${known})(?=$|[/\\s"':,;<>()&|])`, 'g');
  return word.replace(pattern, (whole, before: string, path: string) => {
    const mount = mounts.find((one) => one.path === path);
    return mount ? before + mount.at : whole;
  });
}
