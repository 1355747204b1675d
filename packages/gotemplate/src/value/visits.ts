/** Who is told how many elements a walk over nested values looks at; it may refuse by throwing. */
export interface VisitCounter {
  visit(elements: number): void;
}

/**
 * The counter of the render under way. Walks are everywhere (printing, encoding, comparing) and a value made of few lists can be
 * walked for ages when they contain each other twice, so each of them asks here rather than be handed a counter. Renders are
 * synchronous, and one within another puts the outer counter back.
 */
let current: VisitCounter | undefined;

/** Runs something whose walks the counter is told of. */
export function countingVisits<T>(counter: VisitCounter, run: () => T): T {
  const outer = current;
  current = counter;
  try {
    return run();
  } finally {
    current = outer;
  }
}

/** Says that a walk is about to look at so many elements. */
export function visit(elements: number): void {
  current?.visit(elements);
}
