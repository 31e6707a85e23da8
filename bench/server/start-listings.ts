import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onCore } from '../cores.ts';

/** A process that serves listings, and nothing else, on a core of its own. */
export interface ListingServer {
  readonly url: string;
  close(): Promise<void>;
}

/** `latencyMs`: what each page takes, as a network does. */
export async function startListingServer(latencyMs: number): Promise<ListingServer> {
  const main = fileURLToPath(new URL('listings.ts', import.meta.url));
  const [file = '', ...args] = onCore('server', [process.execPath, '--import', 'tsx', main, String(latencyMs)]);
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    closed.then(() => Promise.reject(new Error('the listing server did not start'))),
  ]);
  const started: unknown = JSON.parse(String(line));
  const port = typeof started === 'object' && started !== null && 'port' in started ? Number(started.port) : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
