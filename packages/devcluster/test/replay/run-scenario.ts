import { randomBytes } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { canonical, differences } from './canonical.ts';
import { keptHeaders, type ReplayAnswer, type ReplayClient, targetOf } from './client.ts';
import { getPath, isRecord } from './json-paths.ts';
import { Normaliser } from './normaliser.ts';
import type { Scenario, ScenarioRequest, Step } from './scenario.ts';
import { shape } from './shape.ts';
import { substitute, type Variables } from './variables.ts';
import { WatchReader } from './watch-reader.ts';
import { startWebhooks, type WebhookServer } from './webhooks.ts';

/** What differed, step by step; empty when the server answered as the recorded one. */
export async function runScenario(client: ReplayClient, scenario: Scenario): Promise<string[]> {
  const run = new Run(client, scenario);
  await run.begin();
  try {
    for (const [index, step] of scenario.steps.entries()) await run.step(index, step);
  } finally {
    await run.end();
  }
  return run.problems;
}

const AWAIT_MS = 10_000;

class Run {
  readonly problems: string[] = [];
  readonly #client: ReplayClient;
  readonly #scenario: Scenario;
  readonly #variables: Variables;
  readonly #normaliser: Normaliser;
  readonly #watches = new Map<string, WatchReader>();
  readonly #created: string[] = [];
  #webhooks: WebhookServer | undefined;

  constructor(client: ReplayClient, scenario: Scenario) {
    const rid = `q${randomBytes(4).toString('hex')}`;
    this.#client = client;
    this.#scenario = scenario;
    this.#variables = { rid, ns: `t-${rid}` };
    const sent = JSON.stringify(scenario.steps.map((step) => ({ ...step, expect: undefined })));
    this.#normaliser = new Normaliser(rid, sent, scenario.managedFieldsOrder ?? false);
  }

  async begin(): Promise<void> {
    if (this.#scenario.webhooks !== undefined) {
      const hooks = await startWebhooks(substitute(this.#scenario.webhooks, this.#variables) as NonNullable<Scenario['webhooks']>);
      this.#webhooks = hooks;
      this.#variables['webhookURL'] = hooks.url;
      this.#variables['caBundle'] = hooks.caBundle;
      this.#normaliser.replacements.push(
        [hooks.url, 'webhookURL'],
        [hooks.caBundle, 'caBundle'],
        [hooks.url.slice('https://'.length), 'webhookHost'],
      );
    }
    if (this.#scenario.namespace === false) return;
    const name = String(this.#variables['ns']);
    await this.#admin('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { vectors: 'yes' } },
    });
    await this.#admin('POST', `/api/v1/namespaces/${name}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
    });
  }

  /** Sleeps are left out: this server needs no time to take a configuration up. */
  async step(index: number, step: Step): Promise<void> {
    if (step.webhookCalls !== undefined) this.#webhookCalls(index, step);
    else if (step.watch !== undefined) await this.#watch(index, step, step.watch);
    else if (step.collect !== undefined) await this.#collect(index, step, step.collect);
    else if (step.request !== undefined) await this.#request(index, step, step.request);
  }

  /** Objects of the scenario lose their finalizers and go. */
  async end(): Promise<void> {
    for (const watch of this.#watches.values()) watch.close();
    const namespace = String(this.#variables['ns']);
    for (const path of this.#created.reverse()) {
      const current = await this.#admin('GET', path);
      if (current.status !== 200) continue;
      const finalizers = getPath(current.body, 'metadata.finalizers');
      const isDefinition = getPath(current.body, 'kind') === 'CustomResourceDefinition';
      if (Array.isArray(finalizers) && finalizers.length > 0 && !isDefinition)
        await this.#admin('PATCH', path, { metadata: { finalizers: null } });
      if (!path.includes(`/namespaces/${namespace}/`)) await this.#admin('DELETE', path);
    }
    if (this.#scenario.namespace !== false) await this.#admin('DELETE', `/api/v1/namespaces/${namespace}`);
    this.#webhooks?.close();
  }

  #admin(method: string, path: string, body?: unknown): Promise<ReplayAnswer> {
    const headers = method === 'PATCH' ? { headers: { 'Content-Type': 'application/merge-patch+json' } } : {};
    return this.#client.send({
      method,
      path,
      ...headers,
      ...(body === undefined ? {} : { body: body as ScenarioRequest['body'] & object }),
    });
  }

  #webhookCalls(index: number, step: Step): void {
    const mine = (this.#webhooks?.calls ?? []).filter((call) => call.path === step.webhookCalls);
    const shaped = mine.map((call) => shape(call, step, this.#scenario, this.#variables));
    for (const each of shaped) this.#normaliser.prepare(each);
    this.#compare(index, step, { calls: shaped.map((each) => this.#normaliser.walk(each)) });
  }

  async #watch(index: number, step: Step, ask: ScenarioRequest): Promise<void> {
    const request = { ...(substitute(ask, this.#variables) as ScenarioRequest), method: 'GET' };
    const message = await this.#client.open(request);
    if (message.statusCode === 200) {
      this.#watches.set(request.id ?? '', new WatchReader(message));
      this.#compare(index, step, { status: 200, headers: keptHeaders(message) });
      return;
    }
    message.resume();
    const answer = await this.#client.send(request);
    this.#compare(index, step, { status: answer.status, headers: answer.headers, body: this.#shaped(step, answer.body) });
  }

  async #collect(index: number, step: Step, ask: NonNullable<Step['collect']>): Promise<void> {
    const watch = this.#watches.get(ask.id);
    if (watch === undefined) throw new Error(`watch ${ask.id} is not open`);
    const events = (await watch.collect(ask)).map((event) => ({ type: event['type'], object: this.#eventObject(step, event) }));
    if (ask.close === true) {
      watch.close();
      this.#watches.delete(ask.id);
    }
    this.#compare(index, step, { events, ...(ask.until === 'end' ? { ended: watch.ended } : {}) });
  }

  #eventObject(step: Step, event: Record<string, unknown>): unknown {
    const object = shape(event['object'], step, this.#scenario, this.#variables);
    this.#normaliser.prepare(object);
    if (event['type'] !== 'BOOKMARK' || !isRecord(object)) return this.#normaliser.walk(object);
    const { metadata, ...rest } = object;
    return { ...(this.#normaliser.walk(rest) as object), metadata: this.#normaliser.meta(isRecord(metadata) ? metadata : {}) };
  }

  async #request(index: number, step: Step, ask: ScenarioRequest): Promise<void> {
    const request = substitute(ask, this.#variables) as ScenarioRequest;
    const answer = await this.#sendUntil(request, step);
    this.#remember(request, answer);
    for (const [name, path] of Object.entries(step.capture ?? {})) this.#variables[name] = getPath(answer.body, path) ?? '';
    for (const [path, name] of Object.entries(step.same ?? {})) {
      const now = getPath(answer.body, path);
      if (now !== this.#variables[name])
        this.problems.push(`step ${index + 1}: ${path}: expected the captured ${name}, got ${JSON.stringify(now)}`);
    }
    if (step.uncompared === true) return;
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map((each) => this.#normaliser.text(each)) : this.#normaliser.text(value),
      ]),
    );
    const shaped = shape(answer.body, step, this.#scenario, this.#variables);
    this.#normaliser.prepare(shaped);
    // What is not compared is not seen: names are given in order of sight.
    this.#compare(index, step, {
      status: answer.status,
      headers,
      ...(step.statusOnly === true ? {} : { body: this.#normaliser.walk(shaped) }),
    });
  }

  async #sendUntil(request: ScenarioRequest, step: Step): Promise<ReplayAnswer> {
    const deadline = performance.now() + AWAIT_MS;
    for (;;) {
      const answer = await this.#client.send(request);
      if (step.until === undefined || this.#holds(step.until, answer) || performance.now() > deadline) return answer;
      await after(5);
    }
  }

  #holds(until: NonNullable<Step['until']>, answer: ReplayAnswer): boolean {
    const value = until.path === undefined ? undefined : getPath(answer.body, String(substitute(until.path, this.#variables)));
    if (until.status !== undefined && answer.status !== until.status) return false;
    if (until.equals !== undefined && value !== substitute(until.equals, this.#variables)) return false;
    if (until.exists !== undefined && (value !== undefined) !== until.exists) return false;
    if (until.matches === undefined) return true;
    const text = typeof value === 'string' ? value : (JSON.stringify(until.path === undefined ? answer.body : value) ?? '');
    return new RegExp(String(substitute(until.matches, this.#variables))).test(text);
  }

  #remember(request: ScenarioRequest, answer: ReplayAnswer): void {
    const name = getPath(answer.body, 'metadata.name');
    if (answer.status !== 201 || typeof name !== 'string' || /dryRun/.test(targetOf(request))) return;
    if (/\/(token|eviction|binding|scale|status)$/.test(request.path) || /reviews?$/.test(request.path)) return;
    this.#created.push(request.method === 'POST' ? `${request.path}/${name}` : request.path);
  }

  #shaped(step: Step, body: unknown): unknown {
    const shaped = shape(body, step, this.#scenario, this.#variables);
    this.#normaliser.prepare(shaped);
    return this.#normaliser.walk(shaped);
  }

  #compare(index: number, step: Step, got: unknown): void {
    const title =
      step.request === undefined
        ? JSON.stringify(step.watch ?? step.collect ?? step.webhookCalls)
        : `${step.request.method} ${targetOf(step.request)}`;
    for (const difference of differences(canonical(step.expect ?? {}), canonical(JSON.parse(JSON.stringify(got))))) {
      this.problems.push(`step ${index + 1} (${title}) ${difference}`);
    }
  }
}
