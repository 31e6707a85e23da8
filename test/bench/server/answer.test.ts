import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../../../bench/server/answer.ts';
import { digestContent } from '../../../src/digest/content-reader.ts';

const SIZE = 3 * 1024 ** 2 + 5;
const server = createServer((request, response) => void answer(request, response));
let bucket = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  bucket = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/bench`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function get(key: string, headers: Readonly<Record<string, string>> = {}): Promise<[Response, Buffer]> {
  const response = await fetch(`${bucket}/${key}`, { headers });
  return [response, Buffer.from(await response.arrayBuffer())];
}

describe('the object server', () => {
  it('stores the checksum and the MD5 of what it serves', async () => {
    const [response, body] = await get(`whole-${SIZE}`, { 'x-amz-checksum-mode': 'ENABLED' });
    const { whole } = await digestContent(Readable.from([body]), { whole: ['CRC64NVME'] });
    expect(body.length).toBe(SIZE);
    expect(response.headers.get('x-amz-checksum-crc64nvme')).toBe(whole.CRC64NVME);
    expect(response.headers.get('etag')).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
  });

  it('serves a range of the same bytes, without the checksum of all of them', async () => {
    const [, body] = await get(`whole-${SIZE}`);
    const [response, part] = await get(`whole-${SIZE}`, { range: 'bytes=10-', 'x-amz-checksum-mode': 'ENABLED' });
    expect(response.status).toBe(206);
    expect(response.headers.get('x-amz-checksum-crc64nvme')).toBeNull();
    expect(part.equals(body.subarray(10))).toBe(true);
  });

  it('tells the size of a part and how many there are', async () => {
    const { status, headers } = await fetch(`${bucket}/parts-1000000-of-${SIZE}?partNumber=4`, { method: 'HEAD' });
    expect([status, headers.get('content-length'), headers.get('x-amz-mp-parts-count')]).toEqual([
      206,
      String(SIZE - 3_000_000),
      '4',
    ]);
  });

  it('has no other objects', async () => {
    const [response] = await get('anything');
    expect(response.status).toBe(404);
  });
});
