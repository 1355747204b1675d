/** Requests that bend one rich object of each kind at random places: members taken away, values of wrong types and beyond bounds, doubled items. */
import { Dice } from './dice.ts';
import type { Sample } from './samples/sample.ts';
import { SAMPLES } from './samples/samples.ts';
import type { Step } from './sequences.ts';
import type { Json, JsonObject } from './shapes.ts';

/** The samples in a namespace of their own; cluster-scoped ones are named after it. */
export function samplesIn(namespace: string, wanted: (kind: string) => boolean = () => true): readonly Sample[] {
  return SAMPLES.filter(({ object }) => wanted(String(object['kind']))).map(
    (sample) => JSON.parse(JSON.stringify(sample).replaceAll('{{namespace}}', namespace)) as Sample,
  );
}

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

const nameOf = (object: JsonObject): string => String((object['metadata'] as JsonObject)['name']);
export const pathOf = ({ path, object }: Sample): string => `${path}/${nameOf(object)}`;

const withoutHead = ({ apiVersion: _v, kind: _k, metadata: _m, ...rest }: JsonObject): JsonObject => rest;

const DRY = 'dryRun=All&fieldManager=sweep';

/** The request of a seed: a dry run. `{{version}}` in it stands for the version of the sample that it is about. */
export function makeStep(seed: number, samples: readonly Sample[]): Step {
  const dice = new Dice(seed);
  const sample = samples[seed % samples.length] as Sample;
  const { path, object, only } = sample;
  const body = bent(dice, object);
  const metadata = body['metadata'] as JsonObject;
  const roll = dice.next();
  const here = `${pathOf(sample)}?${DRY}`;
  const patch = (contentType: string, patchBody: JsonObject, query = ''): Step => ({
    method: 'PATCH',
    path: `${here}${query}`,
    contentType: `application/${contentType}`,
    body: patchBody,
  });
  if (roll < 0.45 || only === 'create') {
    metadata['name'] = nameOf(object).replace('sample', object['kind'] === 'CustomResourceDefinition' ? 'sample' : 'other');
    return { method: 'POST', path: `${path}?${DRY}`, contentType: 'application/json', body };
  }
  if (roll < 0.65) {
    if (dice.chance(0.8)) metadata['resourceVersion'] = '{{version}}';
    return { method: 'PUT', path: here, contentType: 'application/json', body };
  }
  if (roll < 0.8) return patch('merge-patch+json', withoutHead(body));
  if (roll < 0.9) return patch('strategic-merge-patch+json', withoutHead(body));
  return patch('apply-patch+yaml', body, dice.chance(0.7) ? '&force=true' : '');
}
