import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import type { Clock, Timer } from '@caretaker/kube';
import { dialFault } from '../wire/go-dial.ts';
import { at, fields, integer, items, text } from '../workloads/machinery/read.ts';
import { handlerPort } from './lifecycle.ts';

export interface ProbeHooks {
  started(): void;
  ready(ready: boolean): void;
  /** The liveness or startup probe failed for good. `graceSeconds`: what the probe gives, in place of the pod's. */
  kill(message: string, graceSeconds: number | undefined): void;
  failed(kind: string, message: string): void;
  /** Runs a command in the container; resolves to its exit code and output. */
  exec(argv: readonly string[]): Promise<{ exitCode: number; output: string }>;
}

type Kind = 'startup' | 'readiness' | 'liveness';

/** Probes of one run of a container, on the times of its spec. */
export class Prober {
  readonly #clock: Clock;
  readonly #container: unknown;
  readonly #address: string;
  readonly #hooks: ProbeHooks;
  readonly #timers = new Set<Timer>();
  #stopped = false;

  constructor(clock: Clock, container: unknown, address: string, hooks: ProbeHooks) {
    this.#clock = clock;
    this.#container = container;
    this.#address = address;
    this.#hooks = hooks;
  }

  start(): void {
    if (this.#has('startup')) this.#loop('startup');
    else this.#afterStartup();
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #has(kind: Kind): boolean {
    return Object.keys(this.#spec(kind)).length > 0;
  }

  #spec(kind: Kind): ReturnType<typeof fields> {
    return fields(this.#container, `${kind}Probe`);
  }

  #afterStartup(): void {
    this.#hooks.started();
    if (this.#has('readiness')) this.#loop('readiness');
    else this.#hooks.ready(true);
    if (this.#has('liveness')) this.#loop('liveness');
  }

  #loop(kind: Kind): void {
    const spec = this.#spec(kind);
    const seconds = (name: string, fallback: number): number => integer(spec, name) ?? fallback;
    const period = seconds('periodSeconds', 10) * 1000;
    let failures = 0;
    let successes = 0;
    let everReady = false;
    const round = async (): Promise<void> => {
      const failure = await this.#probe(spec, seconds('timeoutSeconds', 1) * 1000);
      if (this.#stopped) return;
      successes = failure === undefined ? successes + 1 : 0;
      failures = failure === undefined ? 0 : failures + 1;
      if (failure !== undefined) this.#hooks.failed(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, failure);
      if (kind === 'startup' && failure === undefined) return this.#afterStartup();
      if (kind === 'readiness' && successes >= seconds('successThreshold', 1)) {
        everReady = true;
        this.#hooks.ready(true);
      }
      if (failures >= seconds('failureThreshold', 3)) {
        if (kind === 'readiness') this.#hooks.ready(false);
        else return this.#hooks.kill(`failed ${kind} probe, will be restarted`, integer(spec, 'terminationGracePeriodSeconds'));
      }
      // A container that is not ready yet is asked more often, so that it does not wait a whole period.
      const soon = kind === 'readiness' && !everReady ? Math.min(period, 1000) : period;
      this.#after(soon, () => void round());
    };
    const initial = seconds('initialDelaySeconds', 0) * 1000;
    this.#after(initial > 0 ? initial : 100, () => void round());
  }

  /** The reason of a failure; undefined when the probe succeeds. */
  async #probe(spec: unknown, timeoutMs: number): Promise<string | undefined> {
    if (at(spec, 'httpGet') !== undefined) return this.#http(at(spec, 'httpGet'), timeoutMs);
    if (at(spec, 'tcpSocket') !== undefined) return this.#tcp(at(spec, 'tcpSocket'), timeoutMs);
    const command = items(spec, 'exec', 'command').filter((word) => typeof word === 'string');
    if (command.length === 0) return undefined;
    const { exitCode, output } = await this.#hooks.exec(command);
    return exitCode === 0 ? undefined : output.trim() || `command exited with ${exitCode}`;
  }

  #http(target: unknown, timeoutMs: number): Promise<string | undefined> {
    const secure = text(target, 'scheme') === 'HTTPS';
    const host = text(target, 'host') || this.#address;
    const path = text(target, 'path') || '/';
    const port = handlerPort(this.#container, target);
    const headers: Record<string, string> = { 'user-agent': 'kube-probe/1.36', connection: 'close' };
    for (const header of items(target, 'httpHeaders')) headers[text(header, 'name').toLowerCase()] = text(header, 'value');
    const url = `${secure ? 'https' : 'http'}://${host}:${port}${path}`;
    return new Promise((resolve) => {
      const send = secure ? secureRequest : request;
      const outgoing = send(
        { host, port, path, headers, timeout: timeoutMs, ...(secure ? { rejectUnauthorized: false } : {}) },
        (answer) => {
          answer.resume();
          const { statusCode = 0 } = answer;
          resolve(statusCode >= 200 && statusCode < 400 ? undefined : `HTTP probe failed with statuscode: ${statusCode}`);
        },
      );
      outgoing.once('timeout', () =>
        outgoing.destroy(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')),
      );
      outgoing.once('error', (error) => resolve(`Get "${url}": ${dialFault(error, 'tcp', `${host}:${port}`)}`));
      outgoing.end();
    });
  }

  #tcp(target: unknown, timeoutMs: number): Promise<string | undefined> {
    const host = text(target, 'host') || this.#address;
    const port = handlerPort(this.#container, target);
    return new Promise((resolve) => {
      const socket = connect({ host, port, timeout: timeoutMs });
      const done = (failure: string | undefined): void => {
        socket.destroy();
        resolve(failure);
      };
      socket.once('connect', () => done(undefined));
      socket.once('timeout', () => done(`dial tcp ${host}:${port}: i/o timeout`));
      socket.once('error', (error) => done(dialFault(error, 'tcp', `${host}:${port}`)));
    });
  }

  #after(ms: number, fire: () => void): void {
    if (this.#stopped) return;
    const timer = this.#clock.after(ms, () => {
      this.#timers.delete(timer);
      if (!this.#stopped) fire();
    });
    this.#timers.add(timer);
  }
}
