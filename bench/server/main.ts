import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { answer } from './answer.ts';

const readTls = (name: string): string => readFileSync(new URL(`../tls/${name}`, import.meta.url), 'utf8');

const listener = (request: IncomingMessage, response: ServerResponse): void => {
  answer(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    response.destroy();
  });
};

async function listen(server: Server | ReturnType<typeof createHttps>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port of its own');
  return address.port;
}

const http = await listen(createHttp(listener));
const https = await listen(createHttps({ cert: readTls('server.pem'), key: readTls('server-key.pem') }, listener));
process.stdout.write(`${JSON.stringify({ http, https })}\n`);

// Whoever started it holds the other end: it ends when they do, however they do.
process.stdin.resume().on('end', () => process.exit());
