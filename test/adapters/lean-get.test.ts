import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLeanClient, type LeanClient } from '../../src/adapters/aws/lean-get.ts';
import { createReservoir } from '../../src/adapters/aws/read-answer.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map(async (server) => once(server.close(), 'close')));
});

/** A server that gives each request to the test: how many came on this connection before, and the connection. */
async function serve(server: Server, onRequest: (turn: number, socket: Socket, text: string) => void): Promise<number> {
  const onConnection = (socket: Socket): void => {
    sockets.push(socket);
    let turn = 0;
    socket.on('data', (chunk: Buffer) => onRequest(turn++, socket, chunk.toString('latin1')));
    socket.on('error', () => undefined);
  };
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', onConnection);
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const answer = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

interface Asked {
  readonly protocol?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

async function get(client: LeanClient, port: number, asked: Asked = {}): Promise<string | undefined> {
  const { protocol = 'http:', headers = { host: 'x' }, signal = AbortSignal.timeout(20_000) } = asked;
  const origin = { protocol, hostname: '127.0.0.1', port, path: '/b/' };
  const body = await client.get({ origin, query: 'list-type=2', headers, into: createReservoir(), signal });
  return body?.toString();
}

describe('the lean client', () => {
  it('sends one request after the other on the same connection', async () => {
    const seen: string[] = [];
    const port = await serve(createServer(), (turn, socket, text) => {
      seen.push(`${turn} ${text.replaceAll('\r\n', '|')}`);
      socket.write(answer(`page ${turn}`));
    });
    const client = createLeanClient(2);
    expect([await get(client, port), await get(client, port)]).toEqual(['page 0', 'page 1']);
    expect(seen).toEqual(['0', '1'].map((turn) => `${turn} GET /b/?list-type=2 HTTP/1.1|host: x||`));
  });

  it('has no more connections than it may, and gives everybody an answer', async () => {
    let open = 0;
    let most = 0;
    const port = await serve(createServer(), (_, socket) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        socket.write(answer('a'));
      });
    });
    const client = createLeanClient(3);
    expect(await Promise.all(Array.from({ length: 20 }, async () => get(client, port)))).toEqual(Array(20).fill('a'));
    expect(most).toBeLessThanOrEqual(3);
    expect(sockets).toHaveLength(3);
  });

  it.each([
    ['another status', (socket: Socket) => void socket.write('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n')],
    ['a body that breaks off', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc')],
    ['a connection that is reset', (socket: Socket) => void socket.resetAndDestroy()],
  ])('answers nothing to %s, and asks on a new connection', async (_, spoil) => {
    let requests = 0;
    const port = await serve(createServer(), (_turn, socket) => {
      requests += 1;
      if (requests === 1) spoil(socket);
      else socket.write(answer('b'));
    });
    const client = createLeanClient(1);
    expect(await get(client, port)).toBeUndefined();
    expect(await get(client, port)).toBe('b');
    expect(sockets).toHaveLength(2);
  });

  it('does not use a connection again that the server wants to close', async () => {
    const port = await serve(createServer(), (_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na');
    });
    const client = createLeanClient(1);
    expect([await get(client, port), await get(client, port)]).toEqual(['a', 'a']);
    expect(sockets).toHaveLength(2);
  });

  it('rejects with the reason when it is given up, also while it waits for a connection', async () => {
    const port = await serve(createServer(), () => undefined);
    const client = createLeanClient(1);
    const controller = new AbortController();
    const asked = [get(client, port, controller), get(client, port, controller)];
    controller.abort(new Error('enough'));
    for (const each of asked) await expect(each).rejects.toThrow('enough');
  });

  it('answers nothing where nobody listens', async () => {
    expect(await get(createLeanClient(1), 1)).toBeUndefined();
  });

  it('sends no request that a line break would cut', async () => {
    const port = await serve(createServer(), (_, socket) => void socket.write(answer('a')));
    expect(await get(createLeanClient(1), port, { headers: { host: 'x\r\nx-evil: 1' } })).toBeUndefined();
    expect(sockets).toHaveLength(0);
  });

  it('speaks TLS, and only with whom it trusts', async () => {
    const pem = (name: string): Buffer => readFileSync(new URL(`../../bench/tls/${name}.pem`, import.meta.url));
    const server = createTlsServer({ key: pem('server-key'), cert: pem('server') });
    const long = 'x'.repeat(100_000);
    const port = await serve(server, (_, socket) => void socket.write(answer(long)));
    const client = createLeanClient(1);
    expect(await get(client, port, { protocol: 'https:' })).toBeUndefined();
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    vi.spyOn(process, 'emitWarning').mockReturnValue();
    expect(await get(client, port, { protocol: 'https:' })).toBe(long);
    expect(await get(client, port, { protocol: 'https:' })).toBe(long);
  });
});
