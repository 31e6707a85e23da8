import { type LeanConnection, openConnection, type Origin } from './lean-connection.ts';
import type { Reservoir } from './read-answer.ts';

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

/** Connections to one host. */
interface Pool {
  readonly idle: LeanConnection[];
  /** Whoever waits until one is free. */
  readonly waiting: (() => void)[];
  busy: number;
}

/** Plain HTTP with kept connections: no middleware, no stream, no copy but the one into the reservoir. */
export function createLeanClient(maxSockets: number): LeanClient {
  const pools = new Map<string, Pool>();

  function poolOf({ protocol, hostname, port = 0 }: Origin): Pool {
    const name = `${protocol}//${hostname}:${port}`;
    const known = pools.get(name);
    if (known !== undefined) return known;
    const pool: Pool = { idle: [], waiting: [], busy: 0 };
    pools.set(name, pool);
    return pool;
  }

  return {
    async get({ origin, query, headers, into, signal }) {
      const request = toText(`${origin.path}?${query}`, headers);
      if (request === undefined) return undefined;
      const pool = poolOf(origin);
      if (pool.busy >= maxSockets) await new Promise<void>((resolve) => pool.waiting.push(resolve));
      else pool.busy += 1;
      try {
        const connection = takeOpen(pool.idle) ?? openConnection(origin);
        const body = await connection.exchange(request, into, signal);
        if (connection.isOpen()) pool.idle.push(connection);
        return body;
      } finally {
        const next = pool.waiting.shift();
        if (next === undefined) pool.busy -= 1;
        else next(); // the place passes on
      }
    },
  };
}

/** The one that was used last: servers close those that nobody needs. */
function takeOpen(idle: LeanConnection[]): LeanConnection | undefined {
  for (let last = idle.pop(); last !== undefined; last = idle.pop()) if (last.isOpen()) return last;
  return undefined;
}

/** `undefined`: something in it would end a line. */
function toText(target: string, headers: Readonly<Record<string, string>>): string | undefined {
  const lines = [`GET ${target} HTTP/1.1`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  if (/\s/.test(target) || lines.some((line) => /[^\t\u0020-\u007E]/.test(line))) return undefined;
  return `${lines.join('\r\n')}\r\n\r\n`;
}
