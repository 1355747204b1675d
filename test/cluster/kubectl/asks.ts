// Which lines only ask: they change nothing, so they may be typed again.

const ASKING = new Set(
  [
    'api-resources',
    'api-versions',
    'cluster-info',
    'describe',
    'diff',
    'events',
    'explain',
    'get',
    'kustomize',
    'logs',
    'options',
    'version',
  ].concat(
    ['auth can-i', 'auth whoami', 'apply view-last-applied', 'rollout history'],
    ['config current-context', 'config get-contexts', 'config view'],
  ),
);

/** What begins a command: the line itself, a pipe, a list, a substitution, a loop. `2>&1` begins none. */
const COMMAND = /(?:^|[|;(]|&&|\bdo)\s*kubectl\s+(?:-\S+\s+)*([a-z-]+)(?:\s+([a-z-]+))?/g;

/** True of a line in which every kubectl asks, or that is a dry run, and none goes on until it is stopped. */
export function onlyAsks(line: string): boolean {
  if (/(?<!&)&(?![&\d])|--?w(atch)?\b|--watch-only|timeout /.test(line.replaceAll('>&', '>'))) return false;
  const commands = [...line.matchAll(COMMAND)];
  if (commands.length !== line.split(/\bkubectl\s/).length - 1) return false;
  if (commands.length === 1 && /--dry-run=(client|server)/.test(line)) return true;
  return commands.length > 0 && commands.every(([, verb = '', next = '']) => ASKING.has(verb) || ASKING.has(`${verb} ${next}`));
}
