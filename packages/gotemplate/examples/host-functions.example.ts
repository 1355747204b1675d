// Functions of the host: typed parameters, checked before the function sees anything.
import { compile, defineFunction } from '../src/index.ts';
import { sprig } from '../src/sets/sprig.ts';

const cluster = new Map([['ConfigMap/settings', { data: { mode: 'fast' } }]]);

const functions = {
  ...sprig,
  lookup: defineFunction({ params: ['string', 'string'], call: (kind, name) => cluster.get(`${kind}/${name}`) ?? {} }),
  replicas: defineFunction({
    params: ['int'],
    rest: 'int',
    returns: 'int',
    call: (least, ...wanted) => Math.max(Number(least), ...wanted.map(Number)),
  }),
};

const template = compile('mode: {{ (lookup "ConfigMap" "settings").data.mode }}\nreplicas: {{ replicas 2 1 3 }}', { functions });

export const output = template.render({});

export const expected = 'mode: fast\nreplicas: 3';
