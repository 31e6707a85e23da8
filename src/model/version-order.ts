/**
 * Orders keys as S3 lists them: by the bytes of their UTF-8 form. JavaScript compares UTF-16 code units, which puts the
 * surrogates of '\u{1F600}' before '\uFF5E'.
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

/** What a listing says of a version, as far as it is needed to find its like in another listing. */
export interface ListedKey {
  readonly object: { readonly key: string; readonly versionId?: string };
}

/** One version, on the side or sides where it is listed. */
export interface VersionPair<T> {
  readonly source?: T;
  readonly replica?: T;
}

/**
 * Walks two listings of versions in lock step and yields every version once, with its like of the other side. Both must be in
 * S3's order of keys, and may differ in the order of versions within a key: a replica that arrives late takes the place of its
 * time, and delete markers come apart from objects.
 *
 * Memory does not grow with the number of keys. Within a key it holds what one side has shown and the other has not yet.
 */
export async function* pairVersions<T extends ListedKey>(
  sources: AsyncIterable<T>,
  replicas: AsyncIterable<T>,
): AsyncGenerator<VersionPair<T>, void> {
  const source = createCursor(sources);
  const replica = createCursor(replicas);
  try {
    for (;;) {
      const [left, right] = await Promise.all([source.peek(), replica.peek()]); // pages of both sides at once
      const key = lesser(left?.object.key, right?.object.key);
      if (key === undefined) return;
      yield* pairOneKey(key, source, replica);
    }
  } finally {
    await Promise.all([source.close(), replica.close()]);
  }
}

async function* pairOneKey<T extends ListedKey>(
  key: string,
  source: Cursor<T>,
  replica: Cursor<T>,
): AsyncGenerator<VersionPair<T>, void> {
  const sourceOnly = new Map<string, T>();
  const replicaOnly = new Map<string, T>();
  for (;;) {
    const left = await source.takeOf(key);
    if (left !== undefined) {
      const like = take(replicaOnly, left);
      if (like === undefined) sourceOnly.set(idOf(left), left);
      else yield { source: left, replica: like };
    }
    const right = await replica.takeOf(key);
    if (right !== undefined) {
      const like = take(sourceOnly, right);
      if (like === undefined) replicaOnly.set(idOf(right), right);
      else yield { source: like, replica: right };
    }
    if (left === undefined && right === undefined) break;
  }
  for (const only of sourceOnly.values()) yield { source: only };
  for (const only of replicaOnly.values()) yield { replica: only };
}

function take<T extends ListedKey>(from: Map<string, T>, version: T): T | undefined {
  const id = idOf(version);
  const found = from.get(id);
  from.delete(id);
  return found;
}

/** A bucket that was never versioned lists its objects as `null`, or without a version ID. */
function idOf({ object }: ListedKey): string {
  return object.versionId ?? 'null';
}

function lesser(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareKeys(a, b) <= 0 ? a : b;
}

/** A listing from which one version at a time is taken. */
interface Cursor<T> {
  peek(): Promise<T | undefined>;
  /** The next version, if it is of this key. */
  takeOf(key: string): Promise<T | undefined>;
  close(): Promise<void>;
}

function createCursor<T extends ListedKey>(listing: AsyncIterable<T>): Cursor<T> {
  const iterator = listing[Symbol.asyncIterator]();
  let head: { readonly version: T | undefined } | undefined;

  async function peek(): Promise<T | undefined> {
    if (head === undefined) {
      const result = await iterator.next();
      head = { version: result.done === true ? undefined : result.value };
    }
    return head.version;
  }

  return {
    peek,
    async takeOf(key) {
      const version = await peek();
      if (version?.object.key !== key) return undefined;
      head = undefined;
      return version;
    },
    close: async () => void (await iterator.return?.()),
  };
}
