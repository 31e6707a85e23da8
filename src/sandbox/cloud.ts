import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAuthoriser } from './authorise.ts';
import { createClock, type MovableClock } from './clock.ts';
import { answerControl } from './control.ts';
import { createCredentials, type Credentials } from './credentials.ts';
import { deliver, type Targets } from './delivery.ts';
import { createDynamoDb } from './dynamodb.ts';
import { createFaults, type FaultRegister } from './faults.ts';
import { createAccessControl } from './iam/access.ts';
import { createLogs, type LogStore } from './logs.ts';
import type { Platform } from './platform.ts';
import { createRandom } from './random.ts';
import { createRequestLog, type RequestCount } from './requests.ts';
import { createFront } from './server.ts';
import type { Service } from './service.ts';
import { createSns } from './sns/sns-service.ts';
import { createTopicRegister } from './sns/topic-register.ts';
import { createQueueRegister } from './sqs/queue-register.ts';
import { createSqs } from './sqs/sqs-service.ts';
import { createSts } from './sts.ts';

export interface CloudOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Of all chance in the sandbox; the same seed and the same requests give the same faults. */
  readonly seed?: number;
  /** Where bodies and unpacked functions go; removed on close. A new temporary folder where left out. */
  readonly folder?: string;
  readonly clock?: MovableClock;
}

/** Several AWS Regions behind one loopback port. */
export interface Cloud {
  /** Without a slash at the end: the endpoint of every client in every Region. */
  readonly url: string;
  readonly port: number;
  readonly account: string;
  /** Of the one user who may do everything. */
  readonly credentials: Credentials;
  readonly clock: MovableClock;
  readonly faults: FaultRegister;
  readonly logs: LogStore;
  requests(): readonly RequestCount[];
  /** Ends everything that the sandbox started. */
  close(): Promise<void>;
}

const ACCOUNT = '111122223333';

export async function createCloud(options: CloudOptions = {}): Promise<Cloud> {
  const { port = 0, seed = 1, clock = createClock() } = options;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'holdfast-')));
  const random = createRandom(seed);
  const faults = createFaults(random);
  const logs = createLogs();
  const requests = createRequestLog();
  const access = createAccessControl(ACCOUNT);
  const credentials = createCredentials(ACCOUNT, random);
  let url = '';
  const platform: Platform = {
    clock,
    random,
    faults,
    folder,
    account: ACCOUNT,
    access,
    credentials,
    logs,
    url: () => url,
    deliver: (message) => deliver(platform, targets, message),
  };
  const queues = createQueueRegister(platform);
  const topics = createTopicRegister(platform, ({ topicArn, queueArn, ...message }) =>
    deliver(platform, targets, {
      ...message,
      targetArn: queueArn,
      sender: 'sns.amazonaws.com',
      sourceArn: topicArn,
      sourceAccount: ACCOUNT,
    }),
  );
  const targets: Targets = {
    queues,
    topics,
    invoke({ targetArn }) {
      throw new Error(`the function ${targetArn} does not exist`);
    },
  };
  const services: Readonly<Record<string, Service>> = {
    sqs: createSqs(platform, queues),
    sns: createSns(platform, topics),
    sts: createSts(platform, () => undefined),
    dynamodb: createDynamoDb(platform),
  };
  const server = createFront({
    platform,
    services,
    requests,
    authorise: createAuthoriser(access),
    control: (incoming, response) =>
      answerControl(
        {
          clock,
          faults,
          requests,
          logs,
          damage: () => Promise.reject(new Error('there is no S3 yet')),
          status: () => ({ now: new Date(clock.now()).toISOString(), account: ACCOUNT }),
        },
        incoming,
        response,
      ),
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  url = `http://127.0.0.1:${address.port}`;

  return {
    url,
    port: address.port,
    account: ACCOUNT,
    credentials: credentials.admin.credentials,
    clock,
    faults,
    logs,
    requests: () => requests.counts(),
    async close() {
      queues.close();
      clock.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await Promise.all(Object.values(services).map((service) => service.close?.()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
