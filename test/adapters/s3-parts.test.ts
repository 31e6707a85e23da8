import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3ObjectStore } from '../../src/adapters/aws/s3-object-store.ts';
import type { ObjectStore } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { OBJECT } from '../support/facts.ts';
import {
  type Answer,
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

/** An object of these parts, on a server that may list them or not. */
interface Layout {
  readonly sizes: readonly number[];
  readonly list?: 'with checksums' | 'left out' | 'denied';
}

let server: ScriptedServer;
let objects: ObjectStore;
let layout: Layout;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  server = await startScriptedServer((request) => (request.method === 'HEAD' ? head(request) : attributes(request)));
  objects = createS3ObjectStore(createClients({ customEndpoint: true, endpoint: server.endpoint, maxAttempts: 1 }));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const checksumOf = (partNumber: number): string => Buffer.alloc(4, partNumber).toString('base64');

function head({ url, headers }: ReceivedRequest): Answer {
  if (headers['if-match'] === '"gone"') return { status: 412 };
  const partNumber = Number(new URL(url, 'http://s3').searchParams.get('partNumber'));
  const sizeBytes = layout.sizes[partNumber - 1] ?? 0;
  const checksum =
    headers['x-amz-checksum-mode'] === 'ENABLED' ? { 'x-amz-checksum-crc32': checksumOf(partNumber) } : {};
  const count = layout.sizes.length > 1 ? { 'x-amz-mp-parts-count': String(layout.sizes.length) } : {};
  return { headers: { 'content-length': String(sizeBytes), etag: '"abc-3"', ...count, ...checksum } };
}

/** Two parts per page, so that the pages are turned. */
function attributes({ headers }: ReceivedRequest): Answer {
  if (layout.list === 'denied') return { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
  if (layout.list === 'left out') return { body: '<GetObjectAttributesResponse/>' };
  const from = Number(headers['x-amz-part-number-marker'] ?? 0);
  const page = layout.sizes.slice(from, from + 2).map((size, index) => {
    const partNumber = from + index + 1;
    return `<Part><PartNumber>${partNumber}</PartNumber><Size>${size}</Size><ChecksumCRC32>${checksumOf(partNumber)}</ChecksumCRC32></Part>`;
  });
  const more = from + 2 < layout.sizes.length;
  const next = `<IsTruncated>${more}</IsTruncated><NextPartNumberMarker>${from + 2}</NextPartNumberMarker>`;
  const parts = `<ObjectParts><PartsCount>${layout.sizes.length}</PartsCount>${next}${page.join('')}</ObjectParts>`;
  return { body: `<GetObjectAttributesResponse>${parts}</GetObjectAttributesResponse>` };
}

async function partsOf(given: Layout, exact: boolean): Promise<unknown> {
  layout = given;
  const sizeBytes = given.sizes.reduce((sum, size) => sum + size, 0);
  const found = await objects.parts(OBJECT, { ...aBudget(), sizeBytes, ifMatch: 'abc-3', exact });
  return found.state === 'present' ? found.value.map((part) => part.sizeBytes) : found;
}

it.each([
  ['equal parts and a rest', [5, 5, 5, 2]],
  ['a last part that is larger', [5, 5, 7]],
])('infers %s from one request', async (_, sizes) => {
  expect(await partsOf({ sizes }, false)).toEqual(sizes);
  expect(server.requests.map(({ method }) => method)).toEqual(['HEAD']);
});

it('asks for every part where none can be inferred', async () => {
  expect(await partsOf({ sizes: [9, 1, 1, 1] }, false)).toEqual([9, 1, 1, 1]);
});

it.each(['with checksums', 'left out', 'denied'] as const)(
  'finds odd sizes exactly, the list being %s',
  async (list) => {
    expect(await partsOf({ sizes: [5, 6, 7, 5, 1], list }, true)).toEqual([5, 6, 7, 5, 1]);
  },
);

it.each(['with checksums', 'left out'] as const)(
  'brings the checksums of the parts, the list being %s',
  async (list) => {
    layout = { sizes: [5, 6, 7], list };
    const found = await objects.parts(OBJECT, { ...aBudget(), sizeBytes: 18, exact: true });
    expect(found).toMatchObject({
      value: [1, 2, 3].map((partNumber) => ({
        partNumber,
        checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT', base64: checksumOf(partNumber) }],
      })),
    });
  },
);

it('finds twenty parts, more than it asks for at once', async () => {
  const sizes = Array.from({ length: 20 }, (_, index) => index + 1);
  expect(await partsOf({ sizes, list: 'denied' }, true)).toEqual(sizes);
});

it('finds none where the object was not uploaded in parts', async () => {
  expect(await partsOf({ sizes: [5] }, true)).toEqual({ state: 'absent' });
});

it('pins every request by the ETag, in quotes', async () => {
  await partsOf({ sizes: [5, 6, 7], list: 'denied' }, true);
  const heads = server.requests.filter(({ method }) => method === 'HEAD');
  expect(new Set(heads.map(({ headers }) => headers['if-match']))).toEqual(new Set(['"abc-3"']));
});

it('says that the content is another by now', async () => {
  layout = { sizes: [5, 6] };
  const found = await objects.parts(OBJECT, { ...aBudget(), sizeBytes: 11, ifMatch: 'gone', exact: true });
  expect(found).toEqual({ state: 'unreadable', reason: 'overwritten-meanwhile' });
});
