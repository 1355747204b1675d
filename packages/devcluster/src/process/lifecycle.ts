import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Clock } from '@caretaker/kube';
import { at, integer, items, text } from '../workloads/machinery/read.ts';

export interface HookDeps {
  clock: Clock;
  container: unknown;
  /** The pod's. */
  address: string;
  exec(argv: readonly string[]): Promise<{ exitCode: number; output: string }>;
}

/** Runs a handler of `lifecycle` (exec, httpGet, sleep) to its end. Resolves to why it failed; undefined when it did not. */
export async function runHook(handler: unknown, deps: HookDeps): Promise<string | undefined> {
  const command = items(handler, 'exec', 'command').filter((word) => typeof word === 'string');
  if (command.length > 0) {
    const { exitCode, output } = await deps.exec(command);
    return exitCode === 0
      ? undefined
      : `Exec lifecycle hook failed: command '${command.join(' ')}' exited with ${exitCode}: ${output.trim()}`;
  }
  const seconds = integer(handler, 'sleep', 'seconds');
  if (seconds !== undefined) {
    await new Promise<void>((resolve) => void deps.clock.after(seconds * 1000, () => resolve()));
    return undefined;
  }
  return at(handler, 'httpGet') === undefined ? undefined : get(at(handler, 'httpGet'), deps);
}

/** The port of a handler: a number, or the name of one of the container's ports. */
export function handlerPort(container: unknown, target: unknown): number {
  const port = at(target, 'port');
  if (typeof port === 'number') return port;
  const named = items(container, 'ports').find((entry) => text(entry, 'name') === port);
  return integer(named, 'containerPort') ?? 0;
}

function get(target: unknown, { container, address }: HookDeps): Promise<string | undefined> {
  const secure = text(target, 'scheme') === 'HTTPS';
  const options = {
    host: text(target, 'host') || address,
    port: handlerPort(container, target),
    path: text(target, 'path') || '/',
    headers: { connection: 'close' },
    ...(secure ? { rejectUnauthorized: false } : {}),
  };
  return new Promise((resolve) => {
    const outgoing = (secure ? secureRequest : request)(options, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(undefined));
      answer.once('error', (error) => resolve(error.message));
    });
    outgoing.once('error', (error) => resolve(`Http lifecycle hook failed: ${error.message}`));
    outgoing.end();
  });
}
