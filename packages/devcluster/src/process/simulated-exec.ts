import type { KubeObject } from '@caretaker/kube';
import type { Lookup } from '../workloads/kubelet/references.ts';
import { nameOf } from '../workloads/machinery/objects.ts';
import { fields, flag, integer, items, text } from '../workloads/machinery/read.ts';
import { CommandLineError, parseCommand } from './command-line.ts';
import { containerEnvironment } from './environment.ts';

export interface ExecAnswer {
  stdout: string;
  stderr: string;
  exitCode: number;
}

export interface SimulatedContainer {
  pod: KubeObject;
  name: string;
  lookup: Lookup;
}

type Program = (args: readonly string[], container: SimulatedContainer) => ExecAnswer;

const done = (stdout = ''): ExecAnswer => ({ stdout, stderr: '', exitCode: 0 });
const failed = (stderr: string, exitCode: number): ExecAnswer => ({ stdout: '', stderr, exitCode });

/**
 * What people ask a container to find out how it is. Nothing of it runs on this machine: a simulated pod is no place for programs, and who types `rm` into a
 * pod does not mean this machine's files.
 */
const PROGRAMS: Readonly<Record<string, Program>> = {
  true: () => done(),
  false: () => failed('', 1),
  echo: (args) => done(`${args.join(' ')}\n`),
  hostname: (_, { pod }) => done(`${text(pod, 'spec', 'hostname') || nameOf(pod)}\n`),
  env: (_, container) => done(environment(container)),
  printenv: (args, container) => printVariable(args[0], container),
  wget: (args, container) => visit('wget', args, container),
  curl: (args, container) => visit('curl', args, container),
  nc: (args, container) => knock(args, container),
};

/** The answer of a simulated container to a command. */
export function simulatedExec(argv: readonly string[], container: SimulatedContainer): ExecAnswer {
  const [path = '', ...args] = argv;
  const program = path.slice(path.lastIndexOf('/') + 1);
  if (program === 'sh' || program === 'bash') return shell(args, container);
  const answer = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined;
  if (answer) return answer(args, container);
  const known = [...Object.keys(PROGRAMS), 'sh -c'].join(', ');
  const why = `pod ${nameOf(container.pod)} is simulated: no process runs in container ${container.name}, and it answers only ${known}.`;
  const hint = 'Annotate its Deployment with devcluster.caretaker.dev/command to run a local process.';
  return failed(`${path}: ${why} ${hint}\n`, 126);
}

/** `sh -c` with one plain command. */
function shell(args: readonly string[], container: SimulatedContainer): ExecAnswer {
  const script = args[0] === '-c' ? (args[1] ?? '') : undefined;
  try {
    const words = script === undefined || /[|&;<>$`]/.test(script) ? [] : parseCommand(script);
    if (words.length > 0) return simulatedExec(words, container);
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
  }
  return failed(`sh: pod ${nameOf(container.pod)} is simulated: it has no shell beyond single plain commands\n`, 126);
}

function environment({ pod, name, lookup }: SimulatedContainer): string {
  const address = { podIP: text(pod, 'status', 'podIP'), hostIP: text(pod, 'status', 'hostIP') };
  const own = containerEnvironment(pod, specOf(pod, name), address, lookup);
  const all = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOSTNAME: nameOf(pod), ...own, HOME: '/root' };
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function printVariable(wanted: string | undefined, container: SimulatedContainer): ExecAnswer {
  const all = environment(container);
  if (wanted === undefined) return done(all);
  const line = all.split('\n').find((one) => one.startsWith(`${wanted}=`));
  return line === undefined ? failed('', 1) : done(`${line.slice(wanted.length + 1)}\n`);
}

/** A request to the pod itself: a ready container answers `ok`, one that is not 503, at the ports that it declares (any, when it declares none). */
function visit(program: 'wget' | 'curl', args: readonly string[], container: SimulatedContainer): ExecAnswer {
  const address = args.find((arg) => /^(https?:\/\/)?[\w.[\]-]+(:\d+)?(\/|$)/.test(arg) && !arg.startsWith('-')) ?? '';
  const url = URL.parse(/^https?:/.test(address) ? address : `http://${address}`);
  const isOwn =
    url !== null &&
    ['localhost', '127.0.0.1', '[::1]', nameOf(container.pod), text(container.pod, 'status', 'podIP')].includes(url.hostname);
  const port = Number(url?.port) || (url?.protocol === 'https:' ? 443 : 80);
  if (!isOwn)
    return failed(
      program === 'wget'
        ? `wget: bad address '${url?.host ?? address}'\n`
        : `curl: (6) Could not resolve host: ${url?.hostname ?? address}\n`,
      program === 'wget' ? 1 : 6,
    );
  if (!listens(container, port)) {
    return program === 'wget'
      ? failed(`wget: can't connect to remote host: Connection refused\n`, 1)
      : failed(`curl: (7) Failed to connect to ${url.hostname} port ${port}: Connection refused\n`, 7);
  }
  if (isReady(container)) return done(quiet(program, args) ? '' : 'ok\n');
  if (program === 'wget') return failed('wget: server returned error: HTTP/1.1 503 Service Unavailable\n', 1);
  return args.some((arg) => /^(-[a-zA-Z]*f|--fail)/.test(arg))
    ? failed('curl: (22) The requested URL returned error: 503\n', 22)
    : done('not ready\n');
}

/** Does the answer go elsewhere than to the standard output? */
function quiet(program: 'wget' | 'curl', args: readonly string[]): boolean {
  if (program === 'wget') return args.includes('--spider') || !args.some((arg) => /^-[a-z]*O-?$/.test(arg));
  return args.some((arg) => /^(-o|--output|-I|--head)$/.test(arg));
}

function knock(args: readonly string[], container: SimulatedContainer): ExecAnswer {
  const port = Number(args.at(-1));
  return listens(container, port)
    ? done()
    : failed(`nc: connect to ${args.at(-2) ?? ''} port ${port} (tcp) failed: Connection refused\n`, 1);
}

function listens({ pod, name }: SimulatedContainer, port: number): boolean {
  const declared = items(pod, 'spec', 'containers').flatMap((container) => items(container, 'ports'));
  const probed = ['livenessProbe', 'readinessProbe', 'startupProbe'].map((probe) => fields(specOf(pod, name), probe, 'httpGet')['port']);
  if (declared.length === 0 && probed.every((one) => one === undefined)) return true;
  return declared.some((one) => integer(one, 'containerPort') === port) || probed.includes(port);
}

function isReady({ pod, name }: SimulatedContainer): boolean {
  return flag(
    items(pod, 'status', 'containerStatuses').find((status) => text(status, 'name') === name),
    'ready',
  );
}

function specOf(pod: KubeObject, name: string): unknown {
  return [...items(pod, 'spec', 'containers'), ...items(pod, 'spec', 'initContainers')].find((one) => text(one, 'name') === name);
}
