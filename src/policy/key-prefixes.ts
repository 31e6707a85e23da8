/**
 * At most so many prefixes that cover all these keys: the keys themselves if they are few, then their folders of the greatest
 * depth at which they are few, in the end what all have in common. No prefix is covered by another one.
 */
export function toPrefixes(keys: readonly string[], most: number): readonly string[] {
  const deepest = Math.max(0, ...keys.map((key) => key.split('/').length - 1));
  for (let depth = deepest + 1; depth > 0; depth -= 1) {
    const prefixes = uncovered(keys.map((key) => cut(key, depth)));
    if (prefixes.length <= most) return prefixes;
  }
  return [commonPrefix(keys)];
}

/** The key up to its so-manieth slash; the whole key where it has fewer. */
function cut(key: string, depth: number): string {
  const folders = key.split('/');
  return folders.length <= depth ? key : `${folders.slice(0, depth).join('/')}/`;
}

/** In order, without those that begin like one before them. */
function uncovered(prefixes: readonly string[]): readonly string[] {
  const kept: string[] = [];
  // A prefix is always sorted before what it covers, and everything that it covers follows at once.
  for (const prefix of prefixes.toSorted()) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept;
}

function commonPrefix(keys: readonly string[]): string {
  return keys.reduce((common, key) => {
    const from = Array.from(common); // by characters, so that none is cut in two
    const to = Array.from(key);
    const end = from.findIndex((character, index) => character !== to[index]);
    return end === -1 ? common : from.slice(0, end).join('');
  });
}
