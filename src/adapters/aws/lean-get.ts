import * as http from 'node:http';
import * as https from 'node:https';

/** Where requests of one bucket go, as the SDK found it out. */
export interface Origin {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  /** Without the query. */
  readonly path: string;
}

/** Memory for one response at a time, which grows to the largest of them. */
export interface Reservoir {
  buffer: Buffer;
}

/** Of silence, in milliseconds. */
const SOCKET_TIMEOUT_MS = 30_000;
const FIRST_BYTES = 384 * 1024;

export function createReservoir(): Reservoir {
  return { buffer: Buffer.alloc(0) };
}

export interface LeanClient {
  /** The body of a 200, in the memory of the reservoir; `undefined`: any other answer, or none. Rejects when it is given up. */
  get(request: LeanRequest): Promise<Buffer | undefined>;
}

export interface LeanRequest {
  readonly origin: Origin;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly into: Reservoir;
  readonly signal: AbortSignal;
}

/** Plain HTTP with kept connections: no middleware, no stream, no copy but the one into the reservoir. */
export function createLeanClient(maxSockets: number): LeanClient {
  const options = { keepAlive: true, maxSockets, timeout: SOCKET_TIMEOUT_MS };
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  return {
    async get({ origin, query, headers, into, signal }) {
      const isPlain = origin.protocol === 'http:';
      const request = (isPlain ? http : https).request({
        host: origin.hostname,
        ...(origin.port === undefined ? {} : { port: origin.port }),
        path: `${origin.path}?${query}`,
        headers,
        agent: isPlain ? agents['http:'] : agents['https:'],
        signal,
      });
      return new Promise((resolve, reject) => {
        const fail = (): void => {
          request.destroy();
          if (signal.aborted) reject(signal.reason);
          else resolve(undefined);
        };
        request.once('error', fail);
        request.once('timeout', fail);
        request.once('response', (response) => {
          if (response.statusCode !== 200) response.resume();
          if (response.statusCode !== 200) return resolve(undefined);
          let length = 0;
          response.on('data', (chunk: Buffer) => {
            if (length + chunk.length > into.buffer.length) enlarge(into, length + chunk.length);
            chunk.copy(into.buffer, length);
            length += chunk.length;
          });
          response.once('error', fail);
          response.once('end', () => resolve(response.complete ? into.buffer.subarray(0, length) : undefined));
        });
        request.end();
      });
    },
  };
}

function enlarge(into: Reservoir, needed: number): void {
  const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, needed + (needed >> 1)));
  into.buffer.copy(larger);
  into.buffer = larger;
}
