/** Buckets that exist only as listings: any number of keys, in folders of 1,000 or in none. */
export interface ListedBucket {
  readonly count: number;
  readonly flat: boolean;
  /** Nine keys are missing and 33 have another size. */
  readonly damaged: boolean;
}

const DIGITS = 9;
const PER_FOLDER = 1_000;

export function keyOf({ flat }: Pick<ListedBucket, 'flat'>, index: number): string {
  const name = `object-${String(index).padStart(DIGITS, '0')}`;
  return flat ? name : `folder-${String(Math.floor(index / PER_FOLDER)).padStart(DIGITS, '0')}/${name}`;
}

/** The first index whose key is after the text. */
export function indexAfter(bucket: ListedBucket, text: string): number {
  let [low, high] = [0, bucket.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(keyOf(bucket, middle)), Buffer.from(text)) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isMissing({ damaged, count }: ListedBucket, index: number): boolean {
  return damaged && index % Math.floor(count / 9) === 5;
}

function isOther({ damaged, count }: ListedBucket, index: number): boolean {
  return damaged && index % Math.floor(count / 33) === 7;
}

/** An MD5 as far as anybody can see. */
function etagOf(index: number): string {
  return (index * 2_654_435_761).toString(16).padStart(16, '0').slice(0, 16).repeat(2);
}

function entry(bucket: ListedBucket, index: number): string {
  const size = 1_048_576 + (isOther(bucket, index) ? 1 : 0);
  return (
    `<Contents><Key>${keyOf(bucket, index)}</Key><LastModified>2026-11-02T08:15:30.000Z</LastModified>` +
    `<ETag>&quot;${etagOf(index)}&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>` +
    `<ChecksumType>FULL_OBJECT</ChecksumType><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`
  );
}

/** What of a bucket is asked for. */
export interface ListingQuestion {
  readonly prefix: string;
  readonly after: string;
  readonly delimiter: string;
  readonly most: number;
}

/** The answer to ListObjectsV2. */
export function listingOf(bucket: ListedBucket, { prefix, after, delimiter, most }: ListingQuestion): string {
  const first = indexAfter(bucket, after > prefix ? after : prefix);
  const found: string[] = [];
  let last = '';
  let index = first;
  if (delimiter === '/' && !bucket.flat && prefix === '') {
    // `folder-…/` behind the last one.
    index = Math.ceil(first / PER_FOLDER) * PER_FOLDER;
    for (; index < bucket.count && found.length < most; index += PER_FOLDER) {
      last = `${keyOf(bucket, index).split('/')[0] ?? ''}/`;
      found.push(`<CommonPrefixes><Prefix>${last}</Prefix></CommonPrefixes>`);
    }
    last += '\u{FF}';
  } else {
    for (; index < bucket.count && found.length < most; index += 1) {
      if (isMissing(bucket, index)) continue;
      if (prefix !== '' && !keyOf(bucket, index).startsWith(prefix)) break;
      found.push(entry(bucket, index));
    }
    if (found.length > 0) last = keyOf(bucket, index - 1);
  }
  const more = index < bucket.count && found.length === most;
  const next = more ? `<NextContinuationToken>${Buffer.from(last).toString('base64')}</NextContinuationToken>` : '';
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
    `<Name>b</Name><Prefix>${prefix}</Prefix><KeyCount>${found.length}</KeyCount><MaxKeys>${most}</MaxKeys>` +
    `<EncodingType>url</EncodingType><IsTruncated>${more}</IsTruncated>${next}${found.join('')}</ListBucketResult>`
  );
}
