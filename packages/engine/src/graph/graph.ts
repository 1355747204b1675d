import { EngineError } from '../errors/engine-error.ts';

/** A resource as the graph sees it. */
export interface GraphNode {
  readonly id: string;
  readonly dependIds: readonly string[];
}

/**
 * Levels of the dependency graph: level 0 depends on nothing, level n on at least one of level n-1. Inside a level the order is by id,
 * so every pass is the same. Throws `EngineError` with code DuplicateId, DependencyUnknown or DependencyCycle (the path named).
 */
export function levelsOf<N extends GraphNode>(nodes: readonly N[]): N[][] {
  const byId = indexById(nodes);
  const levelOf = new Map<string, number>();
  const path: string[] = [];

  const visit = (node: N): number => {
    const known = levelOf.get(node.id);
    if (known !== undefined) return known;
    const start = path.indexOf(node.id);
    if (start >= 0) throw cycle([...path.slice(start), node.id]);
    path.push(node.id);
    let level = 0;
    for (const id of [...node.dependIds].sort()) {
      const dependency = byId.get(id);
      if (!dependency) throw unknownDependency(node.id, id, byId);
      level = Math.max(level, visit(dependency) + 1);
    }
    path.pop();
    levelOf.set(node.id, level);
    return level;
  };

  const levels: N[][] = [];
  for (const node of [...nodes].sort(byIdOrder)) {
    const level = visit(node);
    for (let next = levels.length; next <= level; next++) levels.push([]);
    levels[level]?.push(node);
  }
  return levels;
}

export function byIdOrder(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function indexById<N extends GraphNode>(nodes: readonly N[]): Map<string, N> {
  const byId = new Map<string, N>();
  for (const node of nodes) {
    if (byId.has(node.id)) {
      throw new EngineError('DuplicateId', `resource id ${quote(node.id)} is used more than once`, {
        hint: 'ids are unique over all resources of a template',
      });
    }
    byId.set(node.id, node);
  }
  return byId;
}

function cycle(ids: readonly string[]): EngineError {
  return new EngineError('DependencyCycle', `dependIds form a cycle: ${ids.join(' -> ')}`, { hint: 'remove one of these dependIds' });
}

function unknownDependency(id: string, missing: string, byId: ReadonlyMap<string, unknown>): EngineError {
  const known = [...byId.keys()].sort().join(', ');
  return new EngineError('DependencyUnknown', `resource ${quote(id)} depends on ${quote(missing)}, which does not exist`, {
    hint: `known ids: ${known}`,
  });
}

function quote(text: string): string {
  return JSON.stringify(text);
}
