/** How large values may be, as far as their schema says. */
export interface SizeTree {
  /** The most items, members or characters. */
  readonly max: number;
  readonly item?: SizeTree;
  readonly key?: SizeTree;
  readonly fields?: ReadonlyMap<string, SizeTree>;
  /** Members that are selected by a name that no field has. */
  readonly other?: SizeTree;
}
