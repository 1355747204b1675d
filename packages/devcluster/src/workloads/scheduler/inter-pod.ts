import type { KubeObject } from '@caretaker/kube';
import { labelsOf, namespaceOf } from '../machinery/objects.ts';
import { at, integer, items, text } from '../machinery/read.ts';
import { type LabelTest, labelSelector } from '../machinery/selector.ts';
import type { NodeUsage } from './node-usage.ts';

type Side = 'podAffinity' | 'podAntiAffinity';

/** One term of inter-pod (anti)affinity: pods that it means, and the node label that makes a place. */
interface Term {
  topologyKey: string;
  matches(other: KubeObject): boolean;
}

/** Labels of a namespace, for namespaceSelector. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>>;

export function requiredTerms(pod: KubeObject, side: Side, namespaces: NamespaceLabels): Term[] {
  return items(pod, 'spec', 'affinity', side, 'requiredDuringSchedulingIgnoredDuringExecution').map((term) =>
    termOf(pod, term, namespaces),
  );
}

export function hasAntiAffinity(pod: KubeObject): boolean {
  return items(pod, 'spec', 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution').length > 0;
}

function termOf(pod: KubeObject, term: unknown, namespaces: NamespaceLabels): Term {
  const selected = withPodLabels(pod, term, labelSelector(at(term, 'labelSelector')));
  const named = items(term, 'namespaces');
  const bySelector = at(term, 'namespaceSelector');
  const own = named.length === 0 && bySelector === undefined ? [namespaceOf(pod)] : named;
  const inSelector = bySelector === undefined ? () => false : labelSelector(bySelector);
  return {
    topologyKey: text(term, 'topologyKey'),
    matches: (other) => (own.includes(namespaceOf(other)) || inSelector(namespaces(namespaceOf(other)))) && selected(labelsOf(other)),
  };
}

/** matchLabelKeys and mismatchLabelKeys: values of the pod's own labels. */
export function withPodLabels(pod: KubeObject, owner: unknown, test: LabelTest): LabelTest {
  const own = labelsOf(pod);
  const keys = (member: string): string[] => items(owner, member).flatMap((key) => (typeof key === 'string' && key in own ? [key] : []));
  const [same, other] = [keys('matchLabelKeys'), keys('mismatchLabelKeys')];
  if (same.length + other.length === 0) return test;
  return (labels) => test(labels) && same.every((key) => labels[key] === own[key]) && other.every((key) => labels[key] !== own[key]);
}

/** Pods that a term means, counted by the place (topology value) of their nodes. */
function placesOf(
  term: Pick<Term, 'topologyKey'>,
  nodes: readonly NodeUsage[],
  matches: (other: KubeObject) => boolean,
): Map<string, number> {
  const places = new Map<string, number>();
  for (const { node, pods } of nodes) {
    const place = labelsOf(node)[term.topologyKey];
    if (place === undefined) continue;
    for (const other of pods) if (matches(other)) places.set(place, (places.get(place) ?? 0) + 1);
  }
  return places;
}

export interface InterPodRules {
  /** Why a node does not do; undefined when it does. `resolvable`: fewer pods might help. */
  misfit(usage: NodeUsage): { reason: string; resolvable: boolean } | undefined;
}

/** The pod's own required terms, and those of pods that are there, against all nodes. Undefined when there is none. */
export function interPodRules(pod: KubeObject, nodes: readonly NodeUsage[], namespaces: NamespaceLabels): InterPodRules | undefined {
  const together = requiredTerms(pod, 'podAffinity', namespaces);
  const apart = requiredTerms(pod, 'podAntiAffinity', namespaces).map((term) => ({ term, places: placesOf(term, nodes, term.matches) }));
  const shunned = nodes.flatMap(({ node, guarded }) =>
    guarded.flatMap((other) =>
      requiredTerms(other, 'podAntiAffinity', namespaces)
        .filter((term) => term.matches(pod))
        .map((term) => ({ key: term.topologyKey, place: labelsOf(node)[term.topologyKey] })),
    ),
  );
  if (together.length + apart.length + shunned.length === 0) return undefined;
  const matchesAll = (other: KubeObject): boolean => together.every((term) => term.matches(other));
  const company = together.map((term) => ({ term, places: placesOf(term, nodes, matchesAll) }));
  // The first of a group that wants to be together has nobody to join.
  const isFirst = company.every(({ places }) => places.size === 0) && matchesAll(pod);
  return {
    misfit({ node }) {
      const labels = labelsOf(node);
      const joins = company.every(({ term, places }) => {
        const place = labels[term.topologyKey];
        return place !== undefined && (isFirst || places.has(place));
      });
      if (!joins) return { reason: "node(s) didn't match pod affinity rules", resolvable: false };
      if (apart.some(({ term, places }) => places.has(labels[term.topologyKey] ?? '\0')))
        return { reason: "node(s) didn't match pod anti-affinity rules", resolvable: true };
      if (shunned.some(({ key, place }) => place !== undefined && labels[key] === place))
        return { reason: "node(s) didn't satisfy existing pods anti-affinity rules", resolvable: true };
      return undefined;
    },
  };
}

/** How much a node suits the preferred terms of a pod: weights of the terms whose pods are in its place. */
export function interPodPreference(
  pod: KubeObject,
  nodes: readonly NodeUsage[],
  namespaces: NamespaceLabels,
): (usage: NodeUsage) => number {
  const weighted = (['podAffinity', 'podAntiAffinity'] as const).flatMap((side) =>
    items(pod, 'spec', 'affinity', side, 'preferredDuringSchedulingIgnoredDuringExecution').map((entry) => {
      const term = termOf(pod, at(entry, 'podAffinityTerm'), namespaces);
      const weight = (integer(entry, 'weight') ?? 1) * (side === 'podAffinity' ? 1 : -1);
      return { term, weight, places: placesOf(term, nodes, term.matches) };
    }),
  );
  if (weighted.length === 0) return () => 0;
  return ({ node }) =>
    weighted.reduce((total, { term, weight, places }) => total + weight * (places.get(labelsOf(node)[term.topologyKey] ?? '\0') ?? 0), 0);
}
