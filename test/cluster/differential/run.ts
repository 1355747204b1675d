/**
 * Runs random sequences against a real API server and the development cluster and compares every answer.
 *
 *   node run.ts --real https://127.0.0.1:23000 --token admin-token [--from 0] [--count 2000] [--show 5] [--record file --every 20]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ADMIN, DevCluster } from '../../../packages/devcluster/src/index.ts';
import { type Answer, differences, type Json, normalise } from '../../../packages/devcluster/test/differential/normalise.ts';
import { Client, runSteps } from './client.ts';
import { DEFINITIONS } from './definitions.ts';
import { makeSequence, type Sequence } from './sequences.ts';

const { values } = parseArgs({
  options: {
    real: { type: 'string', default: 'https://127.0.0.1:23000' },
    token: { type: 'string', default: 'admin-token' },
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '2000' },
    show: { type: 'string', default: '5' },
    port: { type: 'string', default: '23901' },
    record: { type: 'string' },
    every: { type: 'string', default: '20' },
  },
});

const NAMESPACE = `differential-${Date.now().toString(36)}`;
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

async function prepare(client: Client): Promise<void> {
  for (const definition of DEFINITIONS) await client.send({ method: 'POST', path: CRDS, body: definition });
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  await client.send({ method: 'POST', path: '/api/v1/namespaces', body });
  for (const plural of ['widgets', 'things']) {
    for (let i = 0; i < 100; i++) {
      const answer = await client.send({ method: 'GET', path: `/apis/differential.example.com/v1/namespaces/${NAMESPACE}/${plural}` });
      if (answer.status === 200) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  // the real server admits objects only when the namespace has its service account and the definitions are established everywhere
  await new Promise((resolve) => setTimeout(resolve, 1500));
}

interface Finding {
  readonly sequence: Sequence;
  readonly index: number;
  readonly words: readonly string[];
}

const settle = (answer: Answer, sequence: Sequence, index: number): Json =>
  normalise(answer, sequence.steps[index]?.path.includes('dryRun')) as unknown as Json;

function compare(sequence: Sequence, expected: readonly Answer[], actual: readonly Answer[]): Finding | undefined {
  for (const [index, one] of expected.entries()) {
    const other = actual[index];
    if (other === undefined) return { sequence, index, words: ['no answer'] };
    const words = differences(settle(one, sequence, index), settle(other, sequence, index));
    if (words.length > 0) return { sequence, index, words };
  }
  return undefined;
}

const devToken = 'admin-token';
/** Without controllers: what they do comes at its own time. The real server runs with none but that of namespaces. */
const running = new DevCluster({ tokens: [{ token: devToken, user: ADMIN }] });
const real = new Client(values.real, values.token);
const dev = new Client((await running.listen({ port: Number(values.port), host: '127.0.0.1' })).url, devToken);
await Promise.all([prepare(real), prepare(dev)]);

const findings: Finding[] = [];
const recorded: Json[] = [];
const codes = new Map<number, number>();
const from = Number(values.from);
const last = from + Number(values.count);
let next = from;
let requests = 0;

let repeats = 0;

/**
 * A sequence counts as different when it differs three times over: the real server now and then tries a write first on an object that is out of date,
 * and its warnings tell of it.
 */
async function again(seed: number): Promise<Finding | undefined> {
  let finding: Finding | undefined;
  for (let i = 0; i < 2; i++) {
    const namespace = `${NAMESPACE}-${repeats++}`;
    for (const client of [real, dev])
      await client.send({
        method: 'POST',
        path: '/api/v1/namespaces',
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      });
    const sequence = makeSequence(seed, namespace);
    finding = compare(sequence, await runSteps(real, sequence.steps), await runSteps(dev, sequence.steps));
    if (finding === undefined) return undefined;
  }
  return finding;
}

async function worker(): Promise<void> {
  while (next < last) {
    const sequence = makeSequence(next++, NAMESPACE);
    const [expected, actual] = await Promise.all([runSteps(real, sequence.steps), runSteps(dev, sequence.steps)]);
    requests += sequence.steps.length;
    for (const answer of expected) codes.set(answer.status, (codes.get(answer.status) ?? 0) + 1);
    const finding = compare(sequence, expected, actual) && (await again(sequence.seed));
    if (finding !== undefined) findings.push(finding);
    if (values.record !== undefined && sequence.seed % Number(values.every) === 0)
      recorded.push({
        seed: sequence.seed,
        kind: sequence.kind,
        steps: sequence.steps,
        answers: expected.map((answer, index) => settle(answer, sequence, index)),
      } as unknown as Json);
  }
}

await Promise.all(Array.from({ length: 8 }, worker));
real.close();
dev.close();
await running.close();

findings.sort((a, b) => a.sequence.seed - b.sequence.seed);
for (const { sequence, index, words } of findings.slice(0, Number(values.show))) {
  const step = sequence.steps[index];
  console.log(`seed ${sequence.seed} step ${index}: ${step?.method} ${step?.path} ${step?.contentType ?? ''}`);
  console.log(`  ${JSON.stringify(step?.body)?.slice(0, 1500)}`);
  for (const line of words) console.log(`    ${line}`);
}
const answers = [...codes].sort(([a], [b]) => a - b).map(([code, count]) => `${code}: ${count}`);
console.log(`${values.count} sequences, ${requests} requests (${answers.join(', ')}): ${findings.length} differ`);
if (values.record !== undefined) {
  const text = recorded.map((one) => JSON.stringify(one).replaceAll(NAMESPACE, '{{namespace}}')).join('\n');
  writeFileSync(values.record, `${text}\n`);
}
process.exit(findings.length === 0 ? 0 : 1);
