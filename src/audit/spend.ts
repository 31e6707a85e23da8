import { spendsKms } from '../model/encryption.ts';
import type { ObjectState } from '../model/facts.ts';
import type { Observation } from '../model/observation.ts';
import { readPricesOf } from '../model/class-prices.ts';
import { internetPerGB, pricesOf, transferPerGB } from '../model/prices.ts';
import type { ListingPage } from '../model/listing-page.ts';
import type { Listings, ObjectStore } from '../ports.ts';

/** `list`: pages of listings; `look`: HEAD and everything else about one object; `read`: GET; `kms`: calls of S3 to KMS. */
export type SpentKind = 'list' | 'look' | 'read' | 'kms';

/** What was used so far, and what AWS asks for it. */
export interface Spend {
  add(kind: SpentKind, region: string, count?: number): void;
  /** Of this storage class; absent: one whose bytes cost nothing but their way. */
  addBytes(region: string, bytes: number, storageClass?: string): void;

  requests(): Readonly<Record<SpentKind, number>>;
  bytes(): number;
  dollars(): number;
}

/** What is no request of ours, such as a restore. */
export interface ExtraSpend {
  addDollars(dollars: number): void;
}

/** `here`: the Region in which this runs; absent: outside of AWS, where every byte is paid for. */
export function createSpend(here?: string): Spend & ExtraSpend {
  const counts: Record<SpentKind, number> = { list: 0, look: 0, read: 0, kms: 0 };
  let dollars = 0;
  let bytes = 0;
  return {
    add(kind, region, count = 1) {
      counts[kind] += count;
      dollars += count * priceOf(kind, region);
    },
    addBytes(region, count, storageClass = 'STANDARD') {
      bytes += count;
      const { get, retrievalGB } = readPricesOf(storageClass, region);
      dollars += (count / 1e9) * (perGB(region, here) + retrievalGB) + get - priceOf('read', region);
    },
    addDollars(more) {
      dollars += more;
    },
    requests: () => ({ ...counts }),
    bytes: () => bytes,
    dollars: () => dollars,
  };
}

export function priceOf(kind: SpentKind, region: string): number {
  const { s3Get, s3Put, kmsRequest } = pricesOf(region);
  if (kind === 'list') return s3Put; // a LIST costs what a PUT does
  return kind === 'kms' ? kmsRequest : s3Get;
}

/** Dollars for 10⁹ bytes from a bucket to where this runs. */
export function perGB(region: string, here: string | undefined): number {
  return here === undefined ? internetPerGB(region) : transferPerGB(region, here);
}

/** The same listings, with their pages counted. */
export function meterListings(listings: Listings, spend: Spend): Listings {
  return {
    async *pages(range, call): AsyncGenerator<ListingPage> {
      for await (const page of listings.pages(range, call)) {
        spend.add('list', range.region);
        yield page;
      }
    },
  };
}

/** The same objects, with everything counted that is paid for. */
export function meterObjects(objects: ObjectStore, spend: Spend): ObjectStore {
  const counted = <T>(kind: 'look' | 'read', region: string, answer: Promise<T>): Promise<T> => {
    spend.add(kind, region);
    return answer;
  };
  return {
    async head(object, options) {
      const answer = await counted('look', object.region, objects.head(object, options));
      if (options.checksums) addKms(spend, object.region, answer);
      return answer;
    },
    parts: async (object, options) => counted('look', object.region, objects.parts(object, options)),
    tags: async (object, call) => counted('look', object.region, objects.tags(object, call)),
    acl: async (object, call) => counted('look', object.region, objects.acl(object, call)),
    lock: async (object, call) => counted('look', object.region, objects.lock(object, call)),
    async read(object, options) {
      const opened = await counted('read', object.region, objects.read(object, options));
      if (opened.state !== 'present') return opened;
      addKms(spend, object.region, { state: 'present', value: opened.value.state });
      const { sizeBytes, storageClass } = opened.value.state;
      spend.addBytes(object.region, sizeBytes - (options.fromByte ?? 0), storageClass);
      return opened;
    },
  };
}

/** A bucket key saves nearly all calls. */
function addKms(spend: Spend, region: string, answer: Observation<ObjectState>): void {
  if (answer.state !== 'present') return;
  const { encryption, bucketKeyEnabled } = answer.value;
  if (spendsKms(encryption) && bucketKeyEnabled !== true) spend.add('kms', region);
}
