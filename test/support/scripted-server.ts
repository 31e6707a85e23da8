import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Breaks the connection after so many bytes of the body. */
  readonly breakAfter?: number;
}

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server on the loopback that answers as a test says, and keeps what it was asked. */
export interface ScriptedServer {
  readonly endpoint: string;
  readonly requests: readonly ReceivedRequest[];
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export async function startScriptedServer(answer: (request: ReceivedRequest) => Answer): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
    requests.push(request);
    const { status = 200, headers: answered = {}, body = '', breakAfter } = answer(request);
    const bytes = Buffer.from(body as string);
    response.writeHead(status, { 'content-length': String(bytes.length), ...answered });
    if (breakAfter === undefined) response.end(method === 'HEAD' ? undefined : bytes);
    else response.write(bytes.subarray(0, breakAfter), () => response.destroy());
  }
  const server = createServer((incoming, response) => void respond(incoming, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    connections: async () => new Promise((counted) => server.getConnections((_, count) => counted(count))),
    close: async () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
