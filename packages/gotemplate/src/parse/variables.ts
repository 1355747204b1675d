import { sortStrings } from '../text/compare.ts';
import type { ArgNode, BranchNode, CommandNode, Node, PipeNode, TreeSet } from './node.ts';

/** What is known at a place: whether dot is the root, and which variables hold it. */
interface Known {
  readonly dot: boolean;
  readonly roots: ReadonlySet<string>;
}

/** Functions that read a key of a map: where the map and the keys are among the arguments. */
const READERS: Readonly<Record<string, { readonly map: 'first' | 'last'; readonly keys: 'next' | 'all' | 'first' }>> = {
  index: { map: 'first', keys: 'next' },
  get: { map: 'first', keys: 'next' },
  hasKey: { map: 'first', keys: 'next' },
  pick: { map: 'first', keys: 'all' },
  pluck: { map: 'last', keys: 'first' },
  dig: { map: 'last', keys: 'first' },
};

/** Walks the templates that the source reaches with its data as dot or $. */
class Walk {
  readonly names = new Set<string>();
  readonly #trees: TreeSet;
  readonly #seen = new Set<string>();

  constructor(trees: TreeSet) {
    this.#trees = trees;
  }

  template(name: string): void {
    const tree = this.#trees.get(name);
    if (tree === undefined || this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#list(tree.root.nodes, { dot: true, roots: new Set(['$']) });
  }

  /** A list; variables declared in it are known to what follows. */
  #list(nodes: readonly Node[], known: Known): void {
    let here = known;
    for (const n of nodes) here = this.#node(n, here);
  }

  #node(n: Node, known: Known): Known {
    switch (n.type) {
      case 'action':
        return this.#pipe(n.pipe, known).known;
      case 'if':
      case 'with':
      case 'range':
        this.#branch(n, known);
        return known;
      case 'template':
        if (n.pipe !== undefined && this.#pipe(n.pipe, known).isRoot) this.template(n.name);
        return known;
      default:
        return known;
    }
  }

  #branch(n: BranchNode, known: Known): void {
    const { isRoot, known: inside } = this.#pipe(n.pipe, known, n.type === 'range');
    const dot = n.type === 'if' ? known.dot : n.type === 'with' && isRoot;
    this.#list(n.list.nodes, { ...inside, dot });
    if (n.elseList !== undefined) this.#list(n.elseList.nodes, { ...inside, dot: known.dot });
  }

  #pipe(pipe: PipeNode, known: Known, elements = false): { isRoot: boolean; known: Known } {
    for (const [i, cmd] of pipe.cmds.entries()) this.#command(cmd, known, i > 0 ? pipe.cmds[i - 1] : undefined);
    const only = pipe.cmds.length === 1 && pipe.cmds[0]?.args.length === 1 ? pipe.cmds[0].args[0] : undefined;
    const isRoot = only !== undefined && this.#isRoot(only, known);
    if (pipe.decl.length === 0) return { isRoot, known };
    const roots = new Set(known.roots);
    for (const d of pipe.decl) {
      if (isRoot && !elements) roots.add(d.ident[0] ?? '$');
      else if (!pipe.isAssign) roots.delete(d.ident[0] ?? '$');
    }
    return { isRoot, known: { ...known, roots } };
  }

  #command(cmd: CommandNode, known: Known, previous: CommandNode | undefined): void {
    for (const arg of cmd.args) this.#arg(arg, known);
    const [name, ...args] = cmd.args;
    if (name?.type !== 'identifier' || !Object.hasOwn(READERS, name.ident)) return;
    const reader = READERS[name.ident];
    const piped = previous?.args.length === 1 ? previous.args[0] : undefined;
    const all = piped === undefined ? args : [...args, piped];
    const map = reader?.map === 'first' ? all[0] : all.at(-1);
    if (reader === undefined || map === undefined || !this.#isRoot(map, known)) return;
    const keys = reader.map === 'first' ? all.slice(1) : all.slice(0, -1);
    for (const key of reader.keys === 'all' ? keys : keys.slice(0, 1)) if (key.type === 'string') this.names.add(key.text);
  }

  #arg(arg: ArgNode, known: Known): void {
    if (arg.type === 'field') {
      if (known.dot) this.#add(arg.ident[0]);
    } else if (arg.type === 'variable') {
      if (known.roots.has(arg.ident[0] ?? '')) this.#add(arg.ident[1]);
    } else if (arg.type === 'pipe') this.#pipe(arg, known);
    else if (arg.type === 'chain') {
      this.#arg(arg.node, known);
      if (this.#isRoot(arg.node, known)) this.#add(arg.fields[0]);
    }
  }

  #add(name: string | undefined): void {
    if (name !== undefined) this.names.add(name);
  }

  #isRoot(arg: ArgNode, known: Known): boolean {
    if (arg.type === 'dot') return known.dot;
    if (arg.type === 'variable') return arg.ident.length === 1 && known.roots.has(arg.ident[0] ?? '');
    if (arg.type !== 'pipe' || arg.cmds.length !== 1 || arg.cmds[0]?.args.length !== 1) return false;
    const inner = arg.cmds[0].args[0];
    return inner !== undefined && this.#isRoot(inner, known);
  }
}

/** The first names after the root that a source can read, sorted. */
export function readableNames(trees: TreeSet, name: string): string[] {
  const walk = new Walk(trees);
  walk.template(name);
  return sortStrings([...walk.names]);
}
