import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { createClock, type MovableClock } from '../../../src/sandbox/clock.ts';
import { createFaults, type FaultRegister } from '../../../src/sandbox/faults.ts';
import { createRandom } from '../../../src/sandbox/random.ts';
import { createS3, type S3Service } from '../../../src/sandbox/s3/s3-service.ts';
import type { Delivery, SandboxRequest } from '../../../src/sandbox/service.ts';

/** S3 of the sandbox behind a server that trusts every signature. */
export interface LocalS3 {
  readonly service: S3Service;
  readonly clock: MovableClock;
  readonly faults: FaultRegister;
  /** Everything that was delivered to queues and topics. */
  readonly delivered: Delivery[];
  /** Targets that take nothing. */
  readonly refusing: Set<string>;
  readonly endpoint: string;
  /** Of the stored bodies. */
  readonly folder: string;
  client(region?: string, config?: S3ClientConfig): S3Client;
  /** Lets all replication and all events happen. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function startS3(): Promise<LocalS3> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-s3-'));
  const clock = createClock();
  const random = createRandom(7);
  const faults = createFaults(random);
  const delivered: Delivery[] = [];
  const refusing = new Set<string>();
  const service = createS3({
    clock,
    random,
    faults,
    folder,
    account: '111122223333',
    async deliver(message) {
      if (refusing.has(message.targetArn)) throw new Error('the target refuses the sender');
      delivered.push(message);
    },
  });
  const clients: S3Client[] = [];
  const server = createServer((incoming, outgoing) => void answer(service, incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    service,
    clock,
    faults,
    delivered,
    refusing,
    endpoint,
    folder: join(folder, 's3'),
    client(region = 'eu-west-1', config = {}) {
      const client = new S3Client({
        region,
        endpoint,
        forcePathStyle: true,
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
        maxAttempts: 1,
        ...config,
      });
      clients.push(client);
      return client;
    },
    async settle() {
      for (let round = 0; round < 50 && total(service) > 0; round += 1) await clock.advance(200);
      if (total(service) > 0) throw new Error('something stays under way');
    },
    async close() {
      for (const client of clients) client.destroy();
      clock.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function total(service: S3Service): number {
  const { replicas, events } = service.pending();
  return replicas + events;
}

async function answer(service: S3Service, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const response = await service.handle(toRequest(incoming));
    outgoing.writeHead(response.status, response.headers);
    if (response.body instanceof Readable) await pipeline(response.body, outgoing);
    else outgoing.end(response.body);
  } catch (error) {
    outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function toRequest(incoming: IncomingMessage): SandboxRequest {
  const [rawPath = '/', search = ''] = (incoming.url ?? '/').split('?', 2);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers['authorization'] ?? '')?.[1] ?? 'eu-west-1';
  return {
    service: 's3',
    region,
    principal: { accessKeyId: 'AKIAEXAMPLE', account: '111122223333', arn: 'arn:aws:iam::111122223333:role/writer' },
    method: incoming.method ?? 'GET',
    rawPath,
    query: new URLSearchParams(search),
    headers,
    body: incoming,
    host: (headers['host'] ?? '').replace(/:\d+$/, ''),
    requestId: randomBytes(8).toString('hex').toUpperCase(),
  };
}
