import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { contentOf, describeObject, type ServedObject } from './content.ts';

/** Bytes `start` up to `end`, and the status and headers that say so. */
interface Selection {
  readonly start: number;
  readonly end: number;
  readonly status: 200 | 206;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The little of S3 that a reader of one object needs: GET and HEAD by path, with a range or a part number. Signatures are not
 * looked at: making them is the client's cost, checking them would only slow the server.
 */
export async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const object = await describeObject(pathname.split('/')[2] ?? '');
  if (object === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
    response.writeHead(404, { 'content-length': '0' }).end();
    return;
  }
  const selection = select(object, request.headers.range, searchParams.get('partNumber'));
  const wantsChecksum = request.headers['x-amz-checksum-mode'] === 'ENABLED' && selection.status === 200;
  response.writeHead(selection.status, {
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'content-length': String(selection.end - selection.start),
    etag: `"${object.etag}"`,
    'last-modified': 'Mon, 02 Nov 2026 10:00:00 GMT',
    'x-amz-server-side-encryption': 'AES256',
    ...selection.headers,
    ...(wantsChecksum && object.crc64nvme !== undefined
      ? { 'x-amz-checksum-crc64nvme': object.crc64nvme, 'x-amz-checksum-type': 'FULL_OBJECT' }
      : {}),
    ...(object.partSizeBytes === undefined ? { 'x-amz-meta-md5': object.etag } : {}),
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(Readable.from(contentOf(selection.start, selection.end)), response);
}

function select({ sizeBytes, partSizeBytes }: ServedObject, range?: string, partNumber?: string | null): Selection {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (first !== undefined) return partly(Number(first), last === '' ? sizeBytes : Number(last) + 1, sizeBytes);
  if (typeof partNumber === 'string' && partSizeBytes !== undefined) {
    const start = (Number(partNumber) - 1) * partSizeBytes;
    const count = { 'x-amz-mp-parts-count': String(Math.ceil(sizeBytes / partSizeBytes)) };
    return partly(start, start + partSizeBytes, sizeBytes, count);
  }
  return { start: 0, end: sizeBytes, status: 200, headers: {} };
}

function partly(start: number, asked: number, sizeBytes: number, more: Selection['headers'] = {}): Selection {
  const end = Math.min(asked, sizeBytes);
  return { start, end, status: 206, headers: { 'content-range': `bytes ${start}-${end - 1}/${sizeBytes}`, ...more } };
}
