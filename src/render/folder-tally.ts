/** Counts by folder of the key, of as many folders as are worth a chart: where there are more, deeper ones are taken together. */
export interface FolderTally {
  add(key: string): void;
  /** The largest first; a name ends in `/`, and is empty for keys above every folder. */
  largest(most: number): readonly { readonly folder: string; readonly count: number }[];
}

const DEEPEST = 6;

/** Folders that are told apart at one time. */
const MOST_FOLDERS = 512;

export function createFolderTally(): FolderTally {
  let depth = DEEPEST;
  let counts = new Map<string, number>();

  function count(into: Map<string, number>, folder: string, more: number): void {
    into.set(folder, (into.get(folder) ?? 0) + more);
  }

  return {
    add(key) {
      count(counts, folderOf(key, depth), 1);
      while (counts.size > MOST_FOLDERS && depth > 0) {
        depth -= 1;
        const coarser = new Map<string, number>();
        for (const [folder, sum] of counts) count(coarser, folderOf(folder, depth), sum);
        counts = coarser;
      }
    },
    largest: (most) =>
      [...counts]
        .map(([folder, sum]) => ({ folder, count: sum }))
        .toSorted((a, b) => b.count - a.count || (a.folder < b.folder ? -1 : 1))
        .slice(0, most),
  };
}

/** So many of the folders that a key is in, at most. */
function folderOf(key: string, depth: number): string {
  const parts = key.split('/').slice(0, -1).slice(0, depth);
  return parts.map((part) => `${part}/`).join('');
}
