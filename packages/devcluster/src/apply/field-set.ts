import type { TypeSchema } from '../schema/contract.ts';
import { compareElements, printElement } from './path-element.ts';

/** What a set says about one element: whether it is a member, and which of its descendants are. */
export interface FieldNode {
  readonly member: boolean;
  readonly children: FieldSet | undefined;
}

/**
 * A set of field paths, as a tree. Values are never changed once they are shared: every operation gives a new set and reuses subtrees. `insert` is
 * for building only. Invariant: no node is neither member nor parent of members.
 */
export class FieldSet {
  readonly nodes: Map<string, FieldNode>;

  constructor(nodes: Map<string, FieldNode> = new Map()) {
    this.nodes = nodes;
  }

  static of(...paths: readonly (readonly string[])[]): FieldSet {
    const set = new FieldSet();
    for (const path of paths) set.insert(path);
    return set;
  }

  get isEmpty(): boolean {
    return this.nodes.size === 0;
  }

  /** Adds a path while the set is being built. The empty path (the whole object) has no owner and is ignored. */
  insert(path: readonly string[]): void {
    let set: FieldSet = this;
    for (let i = 0; i < path.length; i++) {
      const element = path[i] as string;
      const node = set.nodes.get(element);
      if (i === path.length - 1) {
        if (node?.member !== true) set.nodes.set(element, { member: true, children: node?.children });
        return;
      }
      let children = node?.children;
      if (children === undefined) {
        children = new FieldSet();
        set.nodes.set(element, { member: node?.member ?? false, children });
      }
      set = children;
    }
  }

  has(path: readonly string[]): boolean {
    let set: FieldSet | undefined = this;
    for (let i = 0; i < path.length; i++) {
      const node: FieldNode | undefined = set?.nodes.get(path[i] as string);
      if (node === undefined) return false;
      if (i === path.length - 1) return node.member;
      set = node.children;
    }
    return false;
  }

  union(other: FieldSet): FieldSet {
    if (this.covers(other)) return this;
    if (other.covers(this)) return other;
    const nodes = new Map(this.nodes);
    for (const [element, theirs] of other.nodes) {
      const ours = nodes.get(element);
      nodes.set(
        element,
        ours === undefined ? theirs : { member: ours.member || theirs.member, children: unionOf(ours.children, theirs.children) },
      );
    }
    return new FieldSet(nodes);
  }

  intersection(other: FieldSet): FieldSet {
    const nodes = new Map<string, FieldNode>();
    const [small, large] = this.nodes.size <= other.nodes.size ? [this, other] : [other, this];
    for (const [element, a] of small.nodes) {
      const b = large.nodes.get(element);
      if (b === undefined) continue;
      const common = a.children !== undefined && b.children !== undefined ? a.children.intersection(b.children) : undefined;
      put(nodes, element, a.member && b.member, common);
    }
    return new FieldSet(nodes);
  }

  /** Members of this set that the other has not; a path taken away does not take its descendants. */
  difference(other: FieldSet): FieldSet {
    if (this.isEmpty || other.isEmpty) return this;
    let nodes: Map<string, FieldNode> | undefined;
    for (const [element, theirs] of other.nodes) {
      const ours = this.nodes.get(element);
      if (ours === undefined) continue;
      const children =
        ours.children !== undefined && theirs.children !== undefined ? ours.children.difference(theirs.children) : ours.children;
      const member = ours.member && !theirs.member;
      if (member === ours.member && children === ours.children) continue;
      nodes ??= new Map(this.nodes);
      nodes.delete(element);
      put(nodes, element, member, children);
    }
    return nodes === undefined ? this : new FieldSet(nodes);
  }

  /** Like difference, but a path taken away takes everything below it too. */
  recursiveDifference(other: FieldSet): FieldSet {
    if (this.isEmpty || other.isEmpty) return this;
    let nodes: Map<string, FieldNode> | undefined;
    for (const [element, theirs] of other.nodes) {
      const ours = this.nodes.get(element);
      if (ours === undefined) continue;
      nodes ??= new Map(this.nodes);
      nodes.delete(element);
      if (theirs.member) continue;
      const below =
        ours.children !== undefined && theirs.children !== undefined ? ours.children.recursiveDifference(theirs.children) : ours.children;
      put(nodes, element, ours.member, below);
    }
    return nodes === undefined ? this : new FieldSet(nodes);
  }

  /** The set with every declared struct field on the way to a member made a member itself. */
  withNamedFields(schema: TypeSchema | undefined): FieldSet {
    const nodes = new Map<string, FieldNode>();
    for (const [element, node] of this.nodes) {
      if (node.children === undefined) {
        nodes.set(element, node);
        continue;
      }
      const isField = element.startsWith('f:');
      const declared = isField ? schema?.properties.get(element.slice(2)) : undefined;
      const below = isField ? (declared ?? schema?.element) : schema?.element;
      nodes.set(element, { member: node.member || declared !== undefined, children: node.children.withNamedFields(below) });
    }
    return new FieldSet(nodes);
  }

  /** Whether every member of the other set is one of this set. */
  covers(other: FieldSet): boolean {
    if (this === other) return true;
    for (const [element, theirs] of other.nodes) {
      const ours = this.nodes.get(element);
      if (ours === undefined || (theirs.member && !ours.member)) return false;
      if (theirs.children === undefined) continue;
      if (ours.children === undefined || !ours.children.covers(theirs.children)) return false;
    }
    return true;
  }

  equals(other: FieldSet): boolean {
    if (this === other) return true;
    if (this.nodes.size !== other.nodes.size) return false;
    for (const [element, a] of this.nodes) {
      const b = other.nodes.get(element);
      if (b === undefined || a.member !== b.member) return false;
      if (a.children === undefined || b.children === undefined) {
        if (a.children !== b.children) return false;
      } else if (!a.children.equals(b.children)) return false;
    }
    return true;
  }

  /** All member paths: the members of a level in order, then what is below them. */
  *paths(prefix: readonly string[] = []): Generator<readonly string[]> {
    const elements = [...this.nodes.keys()].sort(compareElements);
    for (const element of elements) if (this.nodes.get(element)?.member === true) yield [...prefix, element];
    for (const element of elements) {
      const children = this.nodes.get(element)?.children;
      if (children !== undefined) yield* children.paths([...prefix, element]);
    }
  }
}

function unionOf(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : a.union(b);
}

function put(nodes: Map<string, FieldNode>, element: string, member: boolean, children: FieldSet | undefined): void {
  const below = children === undefined || children.isEmpty ? undefined : children;
  if (member || below !== undefined) nodes.set(element, { member, children: below });
}

export const EMPTY_SET: FieldSet = new FieldSet();

/** `.spec.containers[name="a"].image` */
export function printPath(path: readonly string[]): string {
  return path.map(printElement).join('');
}
