import type { JsonObject } from '@caretaker/kube';
import { child, fill, fillZero, hasItems, items, member } from './fill.ts';
import type { Defaulter } from './plan.ts';

/** Defaults of a CustomResourceDefinition (apiextensions/v1). */
export const defaultDefinition: Defaulter = (object: JsonObject) => {
  const spec = child(object, 'spec');
  const names = child(spec, 'names');
  fillZero(names, 'singular', typeof names['kind'] === 'string' ? names['kind'].toLowerCase() : '');
  if (typeof names['kind'] === 'string' && names['kind'] !== '') fillZero(names, 'listKind', `${names['kind']}List`);
  if (names['singular'] === '') delete names['singular'];
  fill(spec, 'conversion', { strategy: 'None' });
  const service = member(member(member(member(spec, 'conversion'), 'webhook'), 'clientConfig'), 'service');
  if (service !== undefined) fill(service, 'port', 443);
  const status = child(object, 'status');
  if (!hasItems(status, 'storedVersions')) {
    const stored = items(spec, 'versions').filter((version) => version['storage'] === true);
    if (stored.length > 0) status['storedVersions'] = stored.slice(0, 1).map((version) => version['name'] ?? '');
  }
};
