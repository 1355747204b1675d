import { readdirSync, readFileSync } from 'node:fs';

/** Every process of a container, and what those start, carries this variable with the container's mark. */
export const MARK = 'DEVCLUSTER_CONTAINER';

/** A second look finds what was started during the first. */
const LOOKS = 3;

/**
 * Kills the processes whose mark is as asked. A container takes all its processes with it; here some may have left their process group: jobs of an
 * interactive shell, daemons. Only Linux tells whose they are.
 */
export function endStragglers(isMeant: (mark: string) => boolean): void {
  for (let look = 0; look < LOOKS; look++) {
    const found = marked(isMeant);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

function marked(isMeant: (mark: string) => boolean): number[] {
  return processes().filter((pid) => {
    const mark = markOf(pid);
    return mark !== undefined && isMeant(mark);
  });
}

function processes(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) && Number(entry) !== process.pid ? [Number(entry)] : []));
}

/** Undefined of processes that have none, have ended, or are somebody else's. */
function markOf(pid: number): string | undefined {
  try {
    const start = `${MARK}=`;
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.find((variable) => variable.startsWith(start))?.slice(start.length);
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}
