import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';

import dynalite from 'dynalite';

import { readBody } from './json-protocol.ts';
import type { SandboxRequest } from './service.ts';

/** A dynalite of one Region. */
export interface Embedded {
  readonly server: Server;
  readonly socketPath: string;
}

export async function startEmbedded(socketPath: string): Promise<Embedded> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(socketPath);
  await once(server, 'listening');
  return { server, socketPath };
}

/** Passes a request on; the signature was checked, and dynalite only wants to see that there is one. */
export async function ask(
  socketPath: string,
  { headers }: SandboxRequest,
  body: Buffer,
): Promise<{ status: number; body: string }> {
  const outgoing = httpRequest({
    socketPath,
    method: 'POST',
    path: '/',
    agent: false,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': headers['x-amz-target'] ?? '',
      'x-amz-date': headers['x-amz-date'] ?? '',
      authorization: headers['authorization'] ?? '',
      'content-length': body.length,
    },
  });
  outgoing.end(body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  return { status: response.statusCode ?? 500, body: (await readBody({ body: response })).toString('utf8') };
}
