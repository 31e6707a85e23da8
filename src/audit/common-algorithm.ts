import { type ChecksumAlgorithm, isCombinable } from '../model/checksum.ts';
import type { BucketRef } from '../model/bucket-settings.ts';
import type { ObjectState } from '../model/facts.ts';
import { entryAt, type ListedEntry } from '../model/listing-page.ts';
import type { Call, Listings, ObjectStore } from '../ports.ts';
import type { AuditQuestion } from '../model/audit-records.ts';

/** Versions that are looked at: they tell of the clients that wrote the bucket. */
const MOST_LOOKED_AT = 16;

/** S3's own default. */
const USUAL: ChecksumAlgorithm = 'CRC64NVME';

/**
 * The algorithm of which most versions have a record that a checksum of the whole can be held against: a job computes one algorithm
 * only. Looks at some versions of the first page.
 */
export async function commonAlgorithm(
  place: BucketRef,
  { prefix, versions }: Pick<AuditQuestion, 'prefix' | 'versions'>,
  {
    listings,
    objects,
    call,
  }: { readonly listings: Listings; readonly objects: Pick<ObjectStore, 'head'>; readonly call: Call },
): Promise<ChecksumAlgorithm> {
  const { bucket, region } = place;
  const counts = new Map<ChecksumAlgorithm, number>();
  const states = await Promise.all(
    (await someEntries({ bucket, region, prefix, versions }, listings, call)).map(async ({ key, versionId }) => {
      const object = { bucket, region, key, ...(versionId === undefined ? {} : { versionId }) };
      return objects.head(object, { checksums: true, signal: call.signal });
    }),
  );
  for (const state of states) {
    if (state.state !== 'present') continue;
    for (const algorithm of comparable(state.value)) counts.set(algorithm, (counts.get(algorithm) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
  return most?.[0] ?? USUAL;
}

/** Evenly over the first page that has any. */
async function someEntries(
  range: BucketRef & Pick<AuditQuestion, 'prefix' | 'versions'>,
  listings: Listings,
  call: Call,
): Promise<readonly ListedEntry[]> {
  for await (const page of listings.pages(range, call)) {
    if (page.count === 0) continue;
    const step = Math.max(1, Math.ceil(page.count / MOST_LOOKED_AT));
    const found: ListedEntry[] = [];
    for (let index = 0; index < page.count; index += step) found.push(entryAt(page, index));
    return found.filter(({ deleteMarker }) => deleteMarker !== true);
  }
  return [];
}

function comparable({ checksums, etag }: ObjectState): readonly ChecksumAlgorithm[] {
  const stored = checksums.filter(({ algorithm, type }) => type === 'FULL_OBJECT' || isCombinable(algorithm));
  if (stored.length > 0) return stored.map(({ algorithm }) => algorithm);
  return etag.kind === 'content-md5' ? ['MD5'] : [];
}
