import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFeed, type Feed } from '../../src/console/feed.ts';
import { type ConsoleServer, startServer } from '../../src/console/server.ts';
import { alertOf } from './scenes.ts';

const page = new Map([['/', { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html>') }]]);
let feed: Feed;
let server: ConsoleServer;

beforeEach(async () => {
  feed = createFeed('run');
  server = await startServer({ feed, page, port: 0, keepAliveMs: 20 });
});

afterEach(async () => {
  await server.close();
});

describe('the server of the console', () => {
  it.each([
    ['gives the page to its own name', { path: '/' }, 200],
    ['gives the page to localhost', { path: '/', host: 'localhost' }, 200],
    ['answers HEAD', { path: '/', method: 'HEAD' }, 200],
    ['refuses a name that merely resolves to this machine', { path: '/', host: 'attacker.example' }, 421],
    ['refuses its own name under another port', { path: '/', host: '127.0.0.1', port: 1 }, 421],
    ['refuses such a name for the events as well', { path: '/events', host: 'attacker.example' }, 421],
    ['refuses to be written to', { path: '/', method: 'POST' }, 405],
    ['refuses a preflight request', { path: '/events', method: 'OPTIONS' }, 405],
    ['has no other files', { path: '/../package.json' }, 404],
    ['decodes nothing into a path', { path: '/%2e%2e/package.json' }, 404],
  ])('%s', async (_, asked, status) => {
    expect(await statusOf(asked)).toBe(status);
  });

  it('lets the page run nothing from elsewhere and allows no other origin', async () => {
    const { headers } = await fetch(server.url);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers.has('access-control-allow-origin')).toBe(false);
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('streams what becomes known, under numbers from which a page goes on', async () => {
    const first = await listen();
    expect(await first.until('"history"')).toContain('retry: ');
    feed.addAlerts([alertOf('replica-overdue', { severity: 'critical', at: new Date(0) })]);
    const id = /id: (run-\d+)\ndata: [^\n]*replica-overdue/.exec(await first.until('replica-overdue'))?.[1];
    first.stop();
    feed.addAlerts([alertOf('object-lost', { severity: 'critical', at: new Date(1) })]);
    const second = await listen({ 'last-event-id': id ?? '' });
    const text = await second.until('object-lost');
    second.stop();
    expect(text).not.toContain('replica-overdue');
  });

  it('says that it is still there while nothing happens', async () => {
    const stream = await listen();
    expect(await stream.until(': still here')).toContain(': still here');
    stream.stop();
  });

  it('refuses more pages than anybody looks at', async () => {
    const open = [];
    for (let index = 0; index < 16; index += 1) open.push(await listen());
    expect(await statusOf({ path: '/events' })).toBe(503);
    for (const stream of open) stream.stop();
  });
});

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly host?: string;
  readonly port?: number;
}

/** `fetch` chooses the Host header and normalises the path itself. */
async function statusOf({ path, method = 'GET', host, port }: Asked): Promise<number | undefined> {
  const url = new URL(server.url);
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host: `${host}:${port ?? url.port}` };
    const sent = request({ hostname: url.hostname, port: url.port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });
}

interface Stream {
  /** Everything so far, once this text is in it. */
  until(text: string): Promise<string>;
  stop(): void;
}

async function listen(headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
  const abort = new AbortController();
  const { body } = await fetch(`${server.url}events`, { headers, signal: abort.signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  return {
    async until(text) {
      while (!heard.includes(text)) {
        const next = await reader?.read();
        if (next?.value === undefined) throw new Error(`the stream ended without ${text}: ${heard}`);
        heard += next.value;
      }
      return heard;
    },
    stop: () => abort.abort(),
  };
}
