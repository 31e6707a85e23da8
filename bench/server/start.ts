import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onCore } from '../cores.ts';

export const BUCKET = 'bench';
export const REGION = 'us-east-1';

/** A process that serves objects of any size on a core of its own. */
export interface ObjectServer {
  readonly http: string;
  readonly https: string;
  /** Makes the server compute the digests of an object before anybody waits for it. Returns its ETag. */
  prepare(key: string): Promise<string>;
  close(): Promise<void>;
}

export async function startObjectServer(): Promise<ObjectServer> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const [file = '', ...args] = onCore('server', [process.execPath, '--import', 'tsx', main]);
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    closed.then(() => Promise.reject(new Error('the object server did not start'))),
  ]);
  const { http, https } = toPorts(String(line));
  const plain = `http://127.0.0.1:${http}`;
  return {
    http: plain,
    https: `https://127.0.0.1:${https}`,
    async prepare(key) {
      const { status, headers } = await fetch(`${plain}/${BUCKET}/${key}`, { method: 'HEAD' });
      const etag = headers.get('etag');
      if (status !== 200 || etag === null) throw new Error(`expected the object ${key}, got status ${status}`);
      return etag.replaceAll('"', '');
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}

function toPorts(line: string): { http: number; https: number } {
  const ports: unknown = JSON.parse(line);
  if (typeof ports === 'object' && ports !== null && 'http' in ports && 'https' in ports) {
    return { http: Number(ports.http), https: Number(ports.https) };
  }
  throw new Error(`expected the ports of the object server, got ${line}`);
}
