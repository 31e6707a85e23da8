import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createAnswerReader, type Reservoir } from './read-answer.ts';

/** Where requests of one bucket go, as the SDK found it out. */
export interface Origin {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  /** Without the query. */
  readonly path: string;
}

/** One connection, on which one request follows the other. */
export interface LeanConnection {
  /** The body of a 200; `undefined`: any other answer, or none, and the connection is closed. Rejects when it is given up. */
  exchange(request: string, into: Reservoir, signal: AbortSignal): Promise<Buffer | undefined>;
  isOpen(): boolean;
}

/** Of silence, in milliseconds. */
const SOCKET_TIMEOUT_MS = 30_000;
const READ_BYTES = 64 * 1024;
const HTTP = { ALPNProtocols: ['http/1.1'] };

/**
 * A socket whose bytes are all read into the same memory: with Node's own client each page of a listing is hundreds of kilobytes
 * of garbage, and collecting that costs more than reading the page.
 */
export function openConnection({ protocol, hostname, port }: Origin): LeanConnection {
  let receive: ((bytes: Buffer, length: number) => void) | undefined;
  let fail: (() => void) | undefined;
  let isOpen = true;

  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback(length: number, bytes: Uint8Array): boolean {
      // Without a question there is no answer: what comes then belongs to nothing.
      if (receive === undefined || !Buffer.isBuffer(bytes)) socket.destroy();
      else receive(bytes, length);
      return true;
    },
  };
  const isPlain = protocol === 'http:';
  const options = { host: hostname, port: port ?? (isPlain ? 80 : 443), onread };
  const names = isIP(hostname) === 0 ? { servername: hostname } : {};
  const socket: Socket = isPlain ? connectPlain(options) : connectTls({ ...options, ...names, ...HTTP });
  const close = (): void => {
    isOpen = false;
    socket.destroy();
    fail?.();
  };
  socket.setNoDelay(true);
  socket.setTimeout(SOCKET_TIMEOUT_MS);
  socket.on('error', close).on('timeout', close).on('end', close).on('close', close);

  return {
    isOpen: () => isOpen,
    async exchange(request, into, signal) {
      return new Promise((resolve, reject) => {
        const reader = createAnswerReader(into);
        const settle = (body: Buffer | undefined): void => {
          [receive, fail] = [undefined, undefined];
          signal.removeEventListener('abort', close);
          if (isOpen) socket.unref(); // waiting for the next question keeps no process alive
          if (signal.aborted && body === undefined) reject(signal.reason);
          else resolve(body);
        };
        fail = () => settle(undefined);
        receive = (bytes, length) => {
          const state = reader.push(bytes, length);
          if (state === 'strange') close();
          if (state !== 'done') return;
          if (!reader.isKept()) isOpen = false;
          settle(reader.body());
          if (!isOpen) socket.destroy();
        };
        if (!isOpen || signal.aborted) return close();
        signal.addEventListener('abort', close, { once: true });
        socket.ref();
        socket.write(request, 'latin1');
      });
    },
  };
}
