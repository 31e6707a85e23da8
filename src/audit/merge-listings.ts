import { toPage } from '../model/build-listing-page.ts';
import {
  CLASS,
  compareEntryKeys,
  DELETE_MARKER,
  type EntryPlace,
  ETAG,
  isSameText,
  KEY,
  type ListedEntry,
  type ListingPage,
  STRIDE,
  textAt,
  VERSION,
} from '../model/listing-page.ts';
import type { VersionPair } from '../model/version-order.ts';
import { createListingCursor, type ListingCursor, type ListingFilter, takeEntry } from './listing-cursor.ts';

export type Side = 'source' | 'replica';

export interface MergeOptions extends ListingFilter {
  /** Whether both listings have versions and delete markers. */
  readonly versions: boolean;
  /** What class a replica has to have; `any`: the listings do not tell whether it is right. */
  readonly storageClass: string;
  /** Of a version that both listings show alike, as it is at the source. */
  readonly onAlike: (source: EntryPlace) => void;
  /** Of every other version, once. */
  readonly onDiffering: (pair: VersionPair<ListedEntry>) => void;
  /** Told of each page before it is walked; may take its time, or end the walk by throwing. */
  readonly onPage: (side: Side, page: ListingPage, count: number) => Promise<void> | void;
}

/**
 * Walks two listings in lock step and says of every version once whether both show it alike: the same key and version ID, the
 * same size and ETag, or a delete marker on both sides. Nothing is made of what is alike, and memory does not grow with the
 * number of keys: within one key whose versions are not in the same order it holds those that one side has shown.
 */
export async function mergeListings(
  sources: AsyncIterable<ListingPage>,
  replicas: AsyncIterable<ListingPage>,
  options: MergeOptions,
): Promise<void> {
  const { onAlike, onDiffering, onPage } = options;
  const source = createListingCursor(sources, {
    ...options,
    name: 'the source',
    onPage: async (page, count) => onPage('source', page, count),
  });
  const replica = createListingCursor(replicas, {
    ...options,
    name: 'the destination',
    onPage: async (page, count) => onPage('replica', page, count),
  });
  try {
    for (;;) {
      if (!source.isReady() || !replica.isReady()) await Promise.all([source.load(), replica.load()]);
      else if (source.ended && replica.ended) return;
      else if (source.ended) onDiffering({ replica: takeEntry(replica) });
      else if (replica.ended) onDiffering({ source: takeEntry(source) });
      else if (isAlike(source, replica, options)) {
        onAlike(source);
        source.index += 1;
        replica.index += 1;
      } else {
        const order = compareEntryKeys(source, replica);
        if (order < 0) onDiffering({ source: takeEntry(source) });
        else if (order > 0) onDiffering({ replica: takeEntry(replica) });
        else await pairOneKey({ source, replica }, options);
      }
    }
  } finally {
    await Promise.all([source.close(), replica.close()]);
  }
}

function isAlike(
  source: EntryPlace,
  replica: EntryPlace,
  { versions, storageClass }: Pick<MergeOptions, 'versions' | 'storageClass'>,
): boolean {
  if (!isSameText(source, replica, KEY)) return false;
  if (versions && !isSameText(source, replica, VERSION)) return false;
  const [here, there] = [isMarker(source), isMarker(replica)];
  if (here || there) return here && there;
  if (source.page.sizes[source.index] !== replica.page.sizes[replica.index]) return false;
  // Two different contents never have one ETag. That two ETags differ says nothing yet: encryption and parts can differ.
  if (!isSameText(source, replica, ETAG) || !hasETag(source)) return false;
  if (storageClass === 'any') return true;
  if (storageClass === 'same') return isSameText(source, replica, CLASS);
  return textAt(replica.page, replica.index, CLASS) === storageClass;
}

function isMarker({ page, index }: EntryPlace): boolean {
  return ((page.flags[index] ?? 0) & DELETE_MARKER) !== 0;
}

function hasETag({ page, index }: EntryPlace): boolean {
  const at = index * STRIDE + ETAG;
  return page.spans[at] !== page.spans[at + 1];
}

/**
 * The rest of one key. The versions of a key may be in another order on the other side: a replica that arrives late takes the
 * place of its time.
 */
async function pairOneKey(
  sides: Readonly<Record<Side, ListingCursor>>,
  { onAlike, onDiffering, storageClass }: MergeOptions,
): Promise<void> {
  const key = textAt(sides.source.page, sides.source.index, KEY);
  const sources = await takeAll(sides.source, key);
  const replicas = new Map((await takeAll(sides.replica, key)).map((entry) => [entry.versionId ?? 'null', entry]));
  for (const source of sources) {
    const id = source.versionId ?? 'null';
    const replica = replicas.get(id);
    replicas.delete(id);
    if (replica === undefined) onDiffering({ source });
    else if (isAlikeEntry(source, replica, storageClass)) onAlike(toPlace(source));
    else onDiffering({ source, replica });
  }
  for (const replica of replicas.values()) onDiffering({ replica });
}

/** The same as `isAlike`, of entries whose pages may be gone. */
function isAlikeEntry(source: ListedEntry, replica: ListedEntry, storageClass: string): boolean {
  const [here, there] = [toPlace(source), toPlace(replica)];
  return isAlike(here, there, { versions: false, storageClass });
}

function toPlace(entry: ListedEntry): EntryPlace {
  return { page: toPage([entry]), index: 0 };
}

async function takeAll(cursor: ListingCursor, key: string): Promise<readonly ListedEntry[]> {
  const taken: ListedEntry[] = [];
  for (;;) {
    if (!cursor.isReady()) {
      await cursor.load();
      continue;
    }
    if (cursor.ended || textAt(cursor.page, cursor.index, KEY) !== key) return taken;
    taken.push(takeEntry(cursor));
  }
}
