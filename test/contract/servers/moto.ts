import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { RunningServer, Server } from '../contract.ts';
import { motoOptOuts } from './moto-opt-outs.ts';

/** moto's server in the virtual environment that scripts/contract.sh makes. */
export function createMoto(executable: string): Server {
  return { name: 'moto', optOuts: motoOptOuts, start: async () => startMoto(executable) };
}

/** Starts moto's server on a free loopback port. `executable` is `moto_server` in a virtual environment. */
export async function startMoto(executable: string): Promise<RunningServer> {
  const child = spawn(executable, ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`moto_server ended with ${String(code)} before it listened`)));
    // Also keeps the pipe empty: it logs every request.
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  return {
    endpoint,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'any-secret-will-do' },
    account: '123456789012',
    regions: ['eu-west-1', 'us-west-2'],
    plantFault: async ({ kind }) => {
      throw new Error(`moto cannot plant faults, ${kind} neither`);
    },
    close: async () => {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
