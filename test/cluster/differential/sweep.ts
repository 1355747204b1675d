/**
 * Bends one rich object of each kind at random places — members taken away, values of wrong types and beyond bounds, doubled items — and compares how a
 * real API server and the development cluster take it, on creation and on update (dry runs).
 *
 *   node sweep.ts --real https://127.0.0.1:23000 --token admin-token [--from 0] [--count 3000] [--show 10] [--kind Pod]
 */
import { parseArgs } from 'node:util';
import { ADMIN, DevCluster } from '../../../packages/devcluster/src/index.ts';
import { type Answer, differences, normalise, type Json as Value } from '../../../packages/devcluster/test/differential/normalise.ts';
import { Client } from './client.ts';
import { Dice } from './dice.ts';
import { SAMPLES, type Sample } from './samples.ts';
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
  },
});

const NAMESPACE = `sweep-${Date.now().toString(36)}`;
const samples = SAMPLES.filter((sample) => values.kind === undefined || sample.object['kind'] === values.kind).map(
  (sample) => JSON.parse(JSON.stringify(sample).replaceAll('{{namespace}}', NAMESPACE)) as Sample,
);

const ODD: readonly Json[] = [
  -1,
  0,
  1,
  'Bad_Value',
  '',
  null,
  {},
  [],
  true,
  'x'.repeat(70),
  1.5,
  'a.b',
  '5%',
  99999,
  'a/b',
  '-a',
  '10.0.0.300',
  ['a', 'a'],
];

type Place = { readonly holder: JsonObject | Json[]; readonly key: string | number };

function places(value: Json, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  for (const key of keys) {
    found.push({ holder: value, key });
    places((value as JsonObject)[key as string] as Json, found);
  }
  return found;
}

/** Bends the object at one or two places. */
function bent(dice: Dice, object: JsonObject): JsonObject {
  const copy = structuredClone(object);
  const times = dice.chance(0.3) ? 2 : 1;
  for (let i = 0; i < times; i++) {
    const all = places(copy).filter(
      ({ holder, key }) => !(holder === copy && (key === 'apiVersion' || key === 'kind' || key === 'metadata')),
    );
    const { holder, key } = dice.pick(all);
    const roll = dice.next();
    if (roll < 0.25) {
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
    } else if (roll < 0.35 && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)] as Json));
    else (holder as JsonObject)[key as string] = odd(dice, (holder as JsonObject)[key as string] as Json);
  }
  return copy;
}

/** Mostly of the type that was there: other types are refused before anything is looked at. */
function odd(dice: Dice, old: Json): Json {
  const same = ODD.filter((one) => typeof one === typeof old && Array.isArray(one) === Array.isArray(old));
  return structuredClone(dice.pick(same.length > 0 && dice.chance(0.8) ? same : ODD));
}

const running = new DevCluster({ tokens: [{ token: 'admin-token', user: ADMIN }] });
const real = new Client(values.real, values.token);
const dev = new Client((await running.listen({ port: Number(values.port), host: '127.0.0.1' })).url, 'admin-token');
for (const client of [real, dev]) {
  await client.send({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await client.send({ method: 'POST', path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, body: account });
}
const unusable: string[] = [];
for (const { path, object } of samples) {
  const kind = String(object['kind']);
  const [one, two] = await Promise.all([real, dev].map((client) => client.send({ method: 'POST', path, body: object })));
  if (one === undefined || two === undefined || one.status !== two.status || one.status !== 201)
    unusable.push(
      `${kind}: ${one?.status} ${two?.status} ${JSON.stringify(one?.body).slice(0, 400)} ${JSON.stringify(two?.body).slice(0, 400)}`,
    );
}
await new Promise((resolve) => setTimeout(resolve, 1000));

function makeStep(seed: number): Step {
  const dice = new Dice(seed);
  const { path, object } = samples[seed % samples.length] as Sample;
  const body = bent(dice, object);
  const metadata = body['metadata'] as JsonObject;
  if (dice.chance(0.6)) {
    metadata['name'] = String(metadata['name']).replace('sample', object['kind'] === 'CustomResourceDefinition' ? 'sample' : 'other');
    return { method: 'POST', path: `${path}?dryRun=All&fieldManager=sweep`, contentType: 'application/json', body };
  }
  return {
    method: 'PATCH',
    path: `${path}/${String((object['metadata'] as JsonObject)['name'])}?dryRun=All&fieldManager=sweep`,
    contentType: 'application/merge-patch+json',
    body: withoutHead(body),
  };
}

const withoutHead = ({ apiVersion: _v, kind: _k, metadata: _m, ...rest }: JsonObject): JsonObject => rest;

interface Finding {
  readonly seed: number;
  readonly step: Step;
  readonly words: readonly string[];
}

const findings: Finding[] = [];
let next = Number(values.from);
const last = next + Number(values.count);
let refused = 0;

async function worker(): Promise<void> {
  while (next < last) {
    const seed = next++;
    const step = makeStep(seed);
    const [expected, actual] = (await Promise.all([real.send(step), dev.send(step)])) as [Answer, Answer];
    if (expected.status >= 400) refused++;
    const words = differences(normalise(expected, true) as unknown as Value, normalise(actual, true) as unknown as Value);
    if (words.length > 0) findings.push({ seed, step, words });
  }
}

await Promise.all(Array.from({ length: 8 }, worker));
real.close();
dev.close();
await running.close();

for (const line of unusable) console.log(`sample refused: ${line}`);
findings.sort((a, b) => a.seed - b.seed);
for (const { seed, step, words } of findings.slice(0, Number(values.show))) {
  console.log(`seed ${seed}: ${step.method} ${step.path} ${JSON.stringify(step.body)}`);
  for (const line of words) console.log(`    ${line}`);
}
console.log(`${values.count} bent objects of ${samples.length} kinds, ${refused} refused: ${findings.length} differ`);
process.exit(findings.length === 0 ? 0 : 1);
