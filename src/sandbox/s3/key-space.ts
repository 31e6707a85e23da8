import type { Version } from './stored.ts';

/**
 * Orders keys as S3 lists them: by the bytes of their UTF-8 form. JavaScript compares UTF-16 code units, which puts
 * surrogates (U+10000 and above) before U+E000 to U+FFFF.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return afterSurrogates(x) - afterSurrogates(y);
  }
  return a.length - b.length;
}

/** Moves the surrogates behind all other code units, without changing the order among either. */
function afterSurrogates(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** All versions of all keys of one bucket. */
export interface KeySpace {
  /** Newest first; empty where there is no such key. */
  versions(key: string): readonly Version[];
  current(key: string): Version | undefined;
  /** `position` counts from the newest: 0 makes it the current version. */
  add(version: Version, position?: number): void;
  remove(version: Version): void;
  /** Keys in S3's order, from the first that is not before `from`. */
  keys(from?: string): Iterable<string>;
  isEmpty(): boolean;
}

const MOST_INSERTED = 1_000;

export function createKeySpace(): KeySpace {
  const versions = new Map<string, Version[]>();
  let sorted: string[] = [];
  // Since they were last put in order.
  let added: string[] = [];
  let dirty = false;

  /** Of many new keys sorting all is cheaper than inserting each; of a few among very many it is not. */
  function order(): readonly string[] {
    if (dirty || added.length > MOST_INSERTED) sorted = [...versions.keys()].toSorted(compareKeys);
    else for (const key of added) sorted.splice(lowerBound(sorted, key), 0, key);
    dirty = false;
    added = [];
    return sorted;
  }

  return {
    versions: (key) => versions.get(key) ?? [],
    current: (key) => versions.get(key)?.[0],
    add(version, position = 0) {
      const known = versions.get(version.key);
      if (known === undefined) {
        versions.set(version.key, [version]);
        added.push(version.key);
      } else {
        known.splice(position, 0, version);
      }
    },
    remove(version) {
      const left = (versions.get(version.key) ?? []).filter((other) => other !== version);
      if (left.length > 0) {
        versions.set(version.key, left);
      } else {
        versions.delete(version.key);
        dirty = true;
      }
    },
    *keys(from = '') {
      const keys = order();
      for (let index = lowerBound(keys, from); index < keys.length; index += 1) {
        const key = keys[index];
        if (key !== undefined) yield key;
      }
    },
    isEmpty: () => versions.size === 0,
  };
}

function lowerBound(keys: readonly string[], from: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle] ?? '', from) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
