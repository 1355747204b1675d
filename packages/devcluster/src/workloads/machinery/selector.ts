import { matchesLabels } from '../../selectors/label-selector.ts';
import { labelSelectorOf } from '../../selectors/label-selector-object.ts';
import { strings } from './read.ts';

export type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

/** A meta/v1 LabelSelector as a test. An absent selector matches nothing, an empty one everything (API convention). */
export function labelSelector(selector: unknown): LabelTest {
  const requirements = labelSelectorOf(selector);
  return requirements === undefined ? () => false : (labels) => matchesLabels(requirements, labels);
}

/** A map selector (Service): empty or absent selects nothing. */
export function mapSelector(selector: unknown): LabelTest {
  const wanted = Object.entries(strings(selector));
  return (labels) => wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
