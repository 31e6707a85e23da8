import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createSheets } from './listed-entries.ts';
import { type ListedBucket, listingOf } from './listing-page.ts';

/**
 * A process that answers nothing but ListObjectsV2, of the buckets `left-<count>`, `copy-<count>` with the same, `right-<count>` with some differences, and the same with `flat-` before
 * them. The argument is the time that each page takes, in milliseconds. Ends with its stdin.
 */
const latencyMs = Number(process.argv[2] ?? 0);

const sheets = createSheets();

const server = createServer((request, response) => {
  void (async () => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, flat, side, count] = /^\/(flat-)?(left|copy|right)-(\d+)\/?$/.exec(url.pathname) ?? [];
    if (side === undefined || request.method !== 'GET') {
      response.writeHead(side === undefined ? 404 : 200).end();
      return;
    }
    const bucket: ListedBucket = { count: Number(count), flat: flat !== undefined, damaged: side === 'right' };
    const { searchParams: query } = url;
    const token = query.get('continuation-token');
    const question = {
      prefix: query.get('prefix') ?? '',
      after: token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64').toString(),
      delimiter: query.get('delimiter') ?? '',
      most: Number(query.get('max-keys') ?? 1_000),
    };
    const body = listingOf(bucket, question, sheets);
    if (latencyMs > 0) await setTimeout(latencyMs);
    const type = { 'content-type': 'application/xml', 'content-length': body.length };
    response.writeHead(200, { ...type, 'x-amz-bucket-region': 'us-east-1' }).end(body, () => sheets.giveBack(body));
  })();
});

server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
process.stdin.resume();
await once(process.stdin, 'end');
server.closeAllConnections();
server.close();
