import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListingServer {
  /** What is answered to a request from now on. */
  answer(respond: (request: IncomingMessage) => { readonly status?: number; readonly body: string }): void;
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** A server that answers listings with what a test tells it to. */
export function createListingServer(): ListingServer {
  let respond: Parameters<ListingServer['answer']>[0] = () => ({ status: 500, body: '' });
  const server = createServer((request, response) => {
    const { status = 200, body } = respond(request);
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(body);
  });
  return {
    answer: (next) => void (respond = next),
    async listen() {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
