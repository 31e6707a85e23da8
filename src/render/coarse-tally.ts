/** Counts by name, of as many names as are worth a chart: where there are more, they are taken together by coarser ones. */
export interface CoarseTally {
  add(text: string): void;
  counts(): ReadonlyMap<string, number>;
}

/** Names that are told apart at one time. */
const MOST_NAMES = 4_096;

/** `nameAt` names a text, or the name of a finer level, at a level; the coarsest is 0 and has few names. */
export function createCoarseTally(nameAt: (text: string, level: number) => string, finest: number): CoarseTally {
  let level = finest;
  let counts = new Map<string, number>();
  return {
    add(text) {
      count(counts, nameAt(text, level), 1);
      while (counts.size > MOST_NAMES && level > 0) {
        level -= 1;
        const coarser = new Map<string, number>();
        for (const [name, sum] of counts) count(coarser, nameAt(name, level), sum);
        counts = coarser;
      }
    },
    counts: () => counts,
  };
}

function count(counts: Map<string, number>, name: string, more: number): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}
