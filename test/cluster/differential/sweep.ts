/**
 * Bends one rich object of each kind at random places — members taken away, values of wrong types and beyond bounds, doubled items — and compares how a
 * real API server and the development cluster take it: dry runs of creations, replacements, merge patches, strategic patches and applies.
 *
 *   node sweep.ts --real https://127.0.0.1:23000 --token admin-token [--from 0] [--count 3000] [--show 10] [--kind Pod] [--without Pod,Job] [--summary] [--json findings] [--record file --every 20]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startDevCluster } from '../../../packages/devcluster/src/index.ts';
import { type Answer, differences, normalise, type Json as Value } from '../../../packages/devcluster/test/differential/normalise.ts';
import { makeStep, pathOf, samplesIn } from './bend.ts';
import { Client } from './client.ts';
import type { Step } from './sequences.ts';
import type { Json, JsonObject } from './shapes.ts';

const { values } = parseArgs({
  options: {
    real: { type: 'string', default: 'https://127.0.0.1:23000' },
    token: { type: 'string', default: 'admin-token' },
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '3000' },
    show: { type: 'string', default: '10' },
    port: { type: 'string', default: '23902' },
    kind: { type: 'string' },
    without: { type: 'string', default: '' },
    json: { type: 'string' },
    record: { type: 'string' },
    every: { type: 'string', default: '20' },
    summary: { type: 'boolean', default: false },
  },
});

const NAMESPACE = `sweep-${Date.now().toString(36)}`;
const without = values.without.split(',');
const samples = samplesIn(NAMESPACE, (kind) => (values.kind === undefined ? !without.includes(kind) : kind === values.kind));

/** With the controllers that the real server runs with: those of a namespace, a quota and an aggregated role change what is stored. */
const running = await startDevCluster({ port: Number(values.port) });
const real = new Client(values.real, values.token);
const dev = new Client(running.url, running.adminToken);
const clients = [real, dev];
for (const client of clients) {
  await client.send({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await client.send({ method: 'POST', path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, body: account });
}
const unusable: string[] = [];
for (const { path, object, only } of samples) {
  const kind = String(object['kind']);
  const query = only === 'create' ? '?dryRun=All' : '';
  const [one, two] = await Promise.all(clients.map((client) => client.send({ method: 'POST', path: `${path}${query}`, body: object })));
  if (one === undefined || two === undefined || one.status !== two.status || one.status !== 201)
    unusable.push(
      `${kind}: ${one?.status} ${two?.status} ${JSON.stringify(one?.body).slice(0, 400)} ${JSON.stringify(two?.body).slice(0, 400)}`,
    );
}
await new Promise((resolve) => setTimeout(resolve, 2000));

/** The version of each sample on each server, for replacements. */
const versions = new Map<string, string[]>();
for (const sample of samples) {
  const answers = await Promise.all(clients.map((client) => client.send({ method: 'GET', path: pathOf(sample) })));
  versions.set(
    pathOf(sample),
    answers.map(({ body }) => String(((body as JsonObject)['metadata'] as JsonObject | undefined)?.['resourceVersion'])),
  );
}

function send(step: Step, which: number): Promise<Answer> {
  const client = clients[which] as Client;
  const version = versions.get(step.path.split('?')[0] ?? '')?.[which];
  if (step.method !== 'PUT' || version === undefined) return client.send(step);
  return client.send({ ...step, body: JSON.parse(JSON.stringify(step.body).replaceAll('{{version}}', version)) as Json });
}

interface Finding {
  readonly seed: number;
  readonly step: Step;
  readonly words: readonly string[];
  readonly expected: Answer;
  readonly actual: Answer;
}

const findings: Finding[] = [];
const recorded: { readonly seed: number; readonly answer: Answer }[] = [];
/** Answers that are kept for the hermetic test are no longer than this. */
const LONGEST = 4000;
let next = Number(values.from);
const last = next + Number(values.count);
let refused = 0;

async function worker(): Promise<void> {
  while (next < last) {
    const seed = next++;
    const step = makeStep(seed, samples);
    const [expected, actual] = (await Promise.all([send(step, 0), send(step, 1)])) as [Answer, Answer];
    // the real server panics over a few definitions
    if (expected.status === 0) continue;
    if (expected.status >= 400) refused++;
    const words = differences(normalise(expected, true) as unknown as Value, normalise(actual, true) as unknown as Value);
    const answer = normalise(expected, true);
    if (values.record !== undefined && seed % Number(values.every) === 0 && JSON.stringify(answer).length < LONGEST)
      recorded.push({ seed, answer });
    if (words.length > 0) findings.push({ seed, step, words, expected, actual });
  }
}

await Promise.all(Array.from({ length: 8 }, worker));
// the real server is not ours alone, and nobody there lets go of what waits for a finalizer
for (const sample of samples) {
  if (sample.only === 'create') continue;
  const path = pathOf(sample);
  const contentType = 'application/merge-patch+json';
  await real.send({ method: 'PATCH', path, contentType, body: { metadata: { finalizers: null } } });
  await real.send({ method: 'DELETE', path });
  const { kind, apiVersion, metadata } = sample.object;
  if (kind !== 'Namespace') continue;
  await real.send({
    method: 'PUT',
    path: `${path}/finalize`,
    body: { apiVersion, kind, metadata, spec: { finalizers: [] } } as JsonObject,
  });
}
await real.send({ method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}` });
real.close();
dev.close();
await running.close();

for (const line of unusable) console.log(`sample refused: ${line}`);
findings.sort((a, b) => a.seed - b.seed);
for (const { seed, step, words } of findings.slice(0, Number(values.show))) {
  console.log(`seed ${seed}: ${step.method} ${step.path} ${JSON.stringify(step.body)}`);
  for (const line of words) console.log(`    ${line}`);
}
if (values.record !== undefined) {
  const lines = recorded.sort((a, b) => a.seed - b.seed).map((one) => JSON.stringify(one).replaceAll(NAMESPACE, '{{namespace}}'));
  writeFileSync(values.record, `${lines.join('\n')}\n`);
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(findings, null, 1));
if (values.summary) {
  const kinds = new Map<string, number>();
  for (const { seed } of findings) {
    const kind = String(samples[seed % samples.length]?.object['kind']);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of [...kinds].sort((a, b) => b[1] - a[1])) console.log(`  ${kind}: ${count}`);
}
console.log(`${values.count} bent objects of ${samples.length} kinds, ${refused} refused: ${findings.length} differ`);
process.exit(findings.length === 0 ? 0 : 1);
