import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createS3Listings } from '../../src/adapters/aws/s3-listings.ts';
import { entryAt } from '../../src/model/listing-page.ts';
import type { ListingRange } from '../../src/ports.ts';
import { createListingServer, type ListingServer } from './listing-server.ts';

const RANGE = { bucket: 'b', region: 'us-east-1', prefix: '', versions: false } as const;
const call = { signal: AbortSignal.timeout(20_000) };

let server: ListingServer;
let client: S3Client;
let agents: string[];

beforeEach(async () => {
  server = createListingServer();
  const endpoint = await server.listen();
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' };
  client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 3 });
  agents = [];
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

function page(keys: readonly string[], next?: string): string {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><ETag>"x"</ETag><Size>1</Size></Contents>`).join('');
  const token = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${token}${contents}</ListBucketResult>`;
}

/** Three pages; `spoil` says what is answered instead to the first request for a page that is not the SDK's. */
function serve(spoil?: { readonly status?: number; readonly body: string }): void {
  server.answer(({ url = '', headers }) => {
    const token = new URL(url, 'http://localhost').searchParams.get('continuation-token');
    const isSdk = headers['user-agent'] !== undefined;
    agents.push(`${token ?? 'first'} ${isSdk ? 'sdk' : 'own'}`);
    if (spoil !== undefined && !isSdk && token === 'two') return spoil;
    if (token === null) return { body: page(['a', 'b'], 'two') };
    return { body: token === 'two' ? page(['c'], 'three') : page(['d']) };
  });
}

async function keysOf(range: ListingRange): Promise<readonly string[]> {
  const keys: string[] = [];
  const listings = createS3Listings({ s3: () => client }, { maxSockets: 4, now: () => new Date() });
  for await (const lent of listings.pages(range, call)) {
    for (let index = 0; index < lent.count; index += 1) keys.push(entryAt(lent, index).key);
  }
  return keys;
}

describe('createS3Listings', () => {
  it('asks for the first page by the SDK and for all others itself', async () => {
    serve();
    expect(await keysOf(RANGE)).toEqual(['a', 'b', 'c', 'd']);
    expect(agents).toEqual(['first sdk', 'two own', 'three own']);
  });

  it.each([
    ['a throttled one', { status: 503, body: '<Error><Code>SlowDown</Code></Error>' }],
    ['XML that only the SDK reads', { body: '<ListBucketResult x:y="1"><Odd a="b"/></ListBucketResult>' }],
    ['an error with status 200', { body: '<Error><Code>InternalError</Code></Error>' }],
  ])('gives %s to the SDK, and goes on', async (_, spoil) => {
    serve(spoil);
    expect(await keysOf(RANGE)).toEqual(['a', 'b', 'c', 'd']);
    expect(agents).toEqual(['first sdk', 'two own', 'two sdk', 'three own']);
  });

  it('asks for nothing behind the last wanted key, and for one page where one is wanted', async () => {
    serve();
    expect(await keysOf({ ...RANGE, upTo: 'aa' })).toEqual(['a', 'b']);
    expect(await keysOf({ ...RANGE, pageSize: 2 })).toEqual(['a', 'b']);
    expect(agents).toEqual(['first sdk', 'first sdk']);
  });

  it('does not take a page without a marker for the end', async () => {
    server.answer(() => ({ body: '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>' }));
    await expect(keysOf(RANGE)).rejects.toThrow('expected a marker after a truncated page');
  });

  it('says with the words of the SDK that there is no such bucket', async () => {
    server.answer(() => ({ status: 404, body: '<Error><Code>NoSuchBucket</Code><Message>gone</Message></Error>' }));
    await expect(keysOf(RANGE)).rejects.toThrow('Listings.pages failed: NoSuchBucket (HTTP 404)');
  });

  it('puts delete markers that a server lists apart in the order of keys', async () => {
    const entry = (name: string, key: string, seconds: number): string =>
      `<${name}><Key>${key}</Key><VersionId>${key}${seconds}</VersionId><LastModified>2026-11-02T08:15:0${seconds}.000Z</LastModified></${name}>`;
    const entries = `${entry('Version', 'a', 1)}${entry('Version', 'c', 1)}${entry('DeleteMarker', 'a', 2)}${entry('DeleteMarker', 'b', 1)}`;
    server.answer(() => ({
      body: `<ListVersionsResult><IsTruncated>false</IsTruncated>${entries}</ListVersionsResult>`,
    }));
    expect(await keysOf({ ...RANGE, versions: true })).toEqual(['a', 'a', 'b', 'c']);
  });
});
