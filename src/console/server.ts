import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Feed, NumberedEvent } from './feed.ts';
import type { PageFile } from './page-files.ts';

export interface ConsoleServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly feed: Feed;
  readonly page: ReadonlyMap<string, PageFile>;
  /** 0: any free one. */
  readonly port: number;
  /** How often a silent stream is written to, so that a dead connection is noticed. */
  readonly keepAliveMs?: number;
}

const LOOPBACK = '127.0.0.1';

/** Pages open at once; a browser itself allows six connections to a server of HTTP/1.1. */
const MOST_STREAMS = 16;

/** A page that does not read is cut off when so many bytes wait for it; it comes back and is told what it missed. */
const MOST_UNREAD_BYTES = 32 * 1024 * 1024;

/** How soon a page comes back after its stream has broken, in milliseconds. */
const RETRY_MS = 2_000;

/**
 * What comes from anywhere but this server is not run, not loaded and not shown in a frame.
 *
 * @see https://www.w3.org/TR/CSP3/
 */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Serves the page and its stream of events, on the loopback interface only. Resolves when it listens. */
export async function startServer({ feed, page, port, keepAliveMs = 15_000 }: ServerOptions): Promise<ConsoleServer> {
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    // Another site may have its name resolved to this machine (DNS rebinding): its pages would be of the same origin as we.
    if (!isOurName(request.headers.host, portOf(server.address())))
      return refuse(response, 421, 'not a name of this server');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD');
    const path = pathOf(request);
    if (path === '/events') return stream(request, response);
    const file = page.get(path);
    if (file === undefined) return refuse(response, 404, 'no such page');
    response.writeHead(200, { 'content-type': file.type, 'content-length': file.body.length });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  });

  function stream(request: IncomingMessage, response: ServerResponse): void {
    if (streams.size >= MOST_STREAMS) return refuse(response, 503, 'too many open pages');
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    if (request.method === 'HEAD') return void response.end();
    const write = (text: string): void => {
      response.write(text);
      if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
    };
    const lastId = request.headers['last-event-id'];
    write(`retry: ${RETRY_MS}\n\n`);
    for (const numbered of feed.since(typeof lastId === 'string' ? lastId : undefined)) write(toText(numbered));
    const stopListening = feed.listen((numbered) => write(toText(numbered)));
    const beat = setInterval(() => write(': still here\n\n'), keepAliveMs);
    streams.add(response);
    response.once('close', () => {
      clearInterval(beat);
      stopListening();
      streams.delete(response);
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, LOOPBACK, resolve);
  });
  return {
    url: `http://${LOOPBACK}:${portOf(server.address())}/`,
    async close() {
      for (const response of streams) response.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** JSON has no line breaks of its own, so one `data` line holds it. */
function toText({ id, event }: NumberedEvent): string {
  return `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
}

function isOurName(host: string | undefined, port: number): boolean {
  return host === `${LOOPBACK}:${port}` || host === `localhost:${port}`;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${why}\n`);
}
