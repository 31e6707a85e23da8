import type { ListObjectsV2CommandInput, S3Client } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import { compareBytes, KEY, STRIDE } from '../../model/listing-page.ts';
import type { Call, ListingRange, Listings } from '../../ports.ts';
import type { Clients } from './clients.ts';
import type { Origin } from './lean-connection.ts';
import { createLeanClient, type LeanClient } from './lean-get.ts';
import { createColumns, type ListingColumns } from '../../model/listing-columns.ts';
import { orderListing } from './order-listing.ts';
import { type ParsedListing, parseListing } from './parse-listing.ts';
import { createReservoir, type Reservoir } from './read-answer.ts';
import { askSdk } from './sdk-listing.ts';
import { encodeQuery, signGet } from './sign-get.ts';
import { translateError } from './translate-error.ts';

/** What goes on with a listing. */
export type Marker = Readonly<Record<string, string>>;

/** A page of S3. */
const PAGE_SIZE = 1_000;

/** Room for a page that is walked, and for the next one that comes meanwhile. */
interface Slot {
  readonly into: Reservoir;
  readonly columns: ListingColumns;
}

export interface ListingsOptions {
  /** Connections to one host. */
  readonly maxSockets: number;
  readonly now: () => Date;
  /** Hears of every page that the SDK had to read, for a log. */
  readonly onFallback?: () => void;
}

/**
 * Listings at the speed of the network: the SDK finds out where a bucket is and who asks, with the first page; all others are
 * asked for by a request of our own and read by a parser over bytes. Whatever is not a plain 200 with the XML that S3 writes
 * goes to the SDK again, with its retries and its errors. While one page is walked the next is on its way.
 */
export function createS3Listings(clients: Pick<Clients, 's3'>, options: ListingsOptions): Listings {
  const lean = createLeanClient(options.maxSockets);
  const origins = new Map<string, Promise<Origin>>();
  const free: Slot[] = [];
  return {
    async *pages(range, call) {
      const client = clients.s3(range.region);
      const slots: Slot[] = [];
      const ask = async (marker: Marker, turn: number): Promise<ParsedListing> => {
        const slot = (slots[turn % 2] ??= free.pop() ?? createSlot());
        return readPage({ range, marker, slot }, { client, lean, origins, options }, call);
      };
      const upTo = range.upTo === undefined ? undefined : new TextEncoder().encode(range.upTo);
      let turn = 0;
      let coming: Promise<ParsedListing> | undefined = ask(markerAfter(range), turn);
      try {
        while (coming !== undefined) {
          const read: ParsedListing = await coming;
          const parsed = range.versions ? { ...read, page: orderListing(read.page) } : read;
          const marker: Marker | undefined = isBehind(parsed, upTo) ? undefined : nextMarker(parsed, range);
          turn += 1;
          coming = marker === undefined || range.pageSize !== undefined ? undefined : ask(marker, turn);
          coming?.catch(() => undefined); // it is awaited in the next round, or nobody is interested any more
          yield parsed.page;
        }
      } catch (error) {
        throw translateError(error, 'Listings.pages');
      } finally {
        if (coming === undefined) free.push(...slots); // else something is still being written into one of them
      }
    },
  };
}

function createSlot(): Slot {
  return { into: createReservoir(), columns: createColumns() };
}

interface PageRequest {
  readonly range: ListingRange;
  readonly marker: Marker;
  readonly slot: Slot;
}

interface Means {
  readonly client: S3Client;
  readonly lean: LeanClient;
  /** By bucket; of one that the SDK is being asked for, to come. */
  readonly origins: Map<string, Promise<Origin>>;
  readonly options: ListingsOptions;
}

async function readPage(
  { range, marker, slot }: PageRequest,
  { client, lean, origins, options }: Means,
  call: Call,
): Promise<ParsedListing> {
  const { bucket, region } = range;
  const place = `${region} ${bucket}`;
  // One finds out for all; if it fails, the others ask for themselves, and get an answer of their own.
  const origin = await origins.get(place)?.catch(() => undefined);
  if (origin !== undefined) {
    const query = encodeQuery(queryOf(range, marker));
    const at = new Date(options.now().getTime() + client.config.systemClockOffset); // what the SDK knows of the servers' clock
    const host = origin.port === undefined ? origin.hostname : `${origin.hostname}:${origin.port}`;
    const identity = await client.config.credentials();
    const headers = signGet({ host, path: origin.path, query, region, at }, identity);
    const bytes = await lean.get({ origin, query, headers, into: slot.into, ...call });
    const parsed = bytes === undefined ? undefined : parseListing(bytes, slot.columns);
    if (parsed !== undefined) return parsed;
    options.onFallback?.();
  }
  const input = { ...toInput(queryOf(range, marker)), Bucket: bucket, versions: range.versions };
  const answer = askSdk(client, input, call);
  const found = answer.then((asked) => asked.origin);
  found.catch(() => undefined); // whoever waits for it hears of it, and this call by its own answer
  origins.set(place, found);
  return (await answer).parsed;
}

function queryOf({ prefix, versions, pageSize = PAGE_SIZE }: ListingRange, marker: Marker): Record<string, string> {
  return {
    ...(versions ? { versions: '' } : { 'list-type': '2' }),
    'encoding-type': 'url', // XML cannot hold every key
    'max-keys': String(pageSize),
    prefix,
    ...marker,
  };
}

const INPUT_NAMES: Readonly<Record<string, string>> = {
  prefix: 'Prefix',
  'key-marker': 'KeyMarker',
  'version-id-marker': 'VersionIdMarker',
  'start-after': 'StartAfter',
  'continuation-token': 'ContinuationToken',
};

/** The same question in the words of the SDK. */
function toInput(query: Readonly<Record<string, string>>): Omit<ListObjectsV2CommandInput, 'Bucket'> {
  const named = Object.entries(query).flatMap(([name, value]) => {
    const inSdk = INPUT_NAMES[name];
    return inSdk === undefined ? [] : [[inSdk, value] as const];
  });
  return { ...Object.fromEntries(named), EncodingType: 'url', MaxKeys: Number(query['max-keys']) };
}

function markerAfter({ after, versions }: ListingRange): Marker {
  if (after === undefined || after === '') return {};
  return versions ? { 'key-marker': after } : { 'start-after': after };
}

/** Whether everything that is wanted has come. */
function isBehind({ page: { bytes, spans, count } }: ParsedListing, upTo: Uint8Array | undefined): boolean {
  if (upTo === undefined || count === 0) return false;
  const row = (count - 1) * STRIDE + KEY;
  return compareBytes(bytes, spans[row] ?? 0, spans[row + 1] ?? 0, upTo, 0, upTo.length) > 0;
}

function nextMarker(parsed: ParsedListing, { versions }: ListingRange): Marker | undefined {
  const { truncated, nextToken, nextKeyMarker, nextVersionIdMarker: version } = parsed;
  if (!truncated) return undefined;
  const isLost = (versions ? nextKeyMarker : nextToken) === undefined;
  if (isLost) {
    // Taken for the end, the rest of the bucket would look deleted.
    throw new HoldfastError('unexpected', 'Listings.pages', 'expected a marker after a truncated page, got none');
  }
  if (versions) {
    return { 'key-marker': nextKeyMarker ?? '', ...(version === undefined ? {} : { 'version-id-marker': version }) };
  }
  return { 'continuation-token': nextToken ?? '' };
}
