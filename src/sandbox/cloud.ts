import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAccountServices, createAccountState } from './account-services.ts';
import { createAuthoriser } from './authorise.ts';
import { createClock, type MovableClock } from './clock.ts';
import type { Damage } from './control-schema.ts';
import { toDamage } from './planted-damage.ts';
import { answerControl } from './control.ts';
import { createEventBus } from './events/event-bus.ts';
import { createFunctionRegister } from './functions/function-register.ts';
import { createS3, type S3Service } from './s3/s3-service.ts';
import { createAccessPointRegister } from './mrap/access-point-register.ts';
import type { AccessPoints } from './mrap/access-point.ts';
import { describePoint } from './mrap/access-point.ts';
import { createDataAccess } from './mrap/data-access.ts';
import { createS3Control } from './s3control/s3control-service.ts';
import { deployStack, type Deployed } from './template/deploy.ts';
import { readStack, type StackSource } from './template/stack.ts';
import { createCredentials, type Credentials } from './credentials.ts';
import { deliver, type Targets } from './delivery.ts';
import { createDynamoDb } from './dynamodb.ts';
import { createFaults, type FaultRegister } from './faults.ts';
import { createAccessControl } from './iam/access.ts';
import { createAccessRecord, type AccessCount } from './iam/access-record.ts';
import type { KeyPlan } from './kms/key-register.ts';
import { createLogs, type LogStore } from './logs.ts';
import type { Platform } from './platform.ts';
import { createRandom } from './random.ts';
import { createRequestLog, type RequestCount } from './requests.ts';
import { createFront } from './server.ts';
import { createScheduleRegister } from './scheduler/schedule-register.ts';
import type { Service } from './service.ts';
import { createSns } from './sns/sns-service.ts';
import { createJsonService } from './json-service.ts';
import { createMachineRegister } from './step-functions/machine-register.ts';
import { describeExecution } from './step-functions/describe-execution.ts';
import { createStatesOperations } from './step-functions/states-operations.ts';
import { createTopicRegister } from './sns/topic-register.ts';
import { createQueueRegister, type QueueRegister } from './sqs/queue-register.ts';
import { createSqs } from './sqs/sqs-service.ts';
import { createSts } from './sts.ts';

export interface CloudOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Of all chance in the sandbox; the same seed and the same requests give the same faults. */
  readonly seed?: number;
  /** Where a folder for bodies and unpacked functions is made, which is removed on close; the system's temporary folder where left out. */
  readonly folder?: string;
  readonly clock?: MovableClock;
  /** ARNs of KMS keys that are there from the beginning, so that a configuration can name them before the sandbox is up. */
  readonly kmsKeys?: readonly string[];
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
  /** What only the owner of S3 can do to it: damage stored bytes, see what is under way. */
  readonly s3: S3Service;
  /** Without requests: a flood of messages that somebody signs and sends would be a test of the sender. */
  readonly queues: Pick<QueueRegister, 'find'>;
  /** Of the one user of another account who may do everything there. */
  credentialsOf(account: string): Credentials;
  /** Of the one user, at work in a Region: an access point takes such requests to the nearest bucket, and a partition stops them. */
  credentialsIn(region: string): Credentials;
  readonly accessPoints: AccessPoints;
  requests(): readonly RequestCount[];
  /** By which words of which role's policies everything was judged that roles asked for. */
  access(): readonly AccessCount[];
  /** Creates what a packaged stack declares and starts its functions. Throws an `Error` that names all that is not honoured. */
  deploy(source: StackSource): Promise<Deployed>;
  /** Removes a stack by name and Region; whether there was one. */
  undeploy(name: string, region: string): Promise<boolean>;
  /** Whether no function runs, and nothing that could be taken now waits in a mapped queue. */
  isIdle(): boolean;
  /**
   * Resolves when nothing is under way: no function runs, nothing that could be taken now waits in a mapped queue, and S3 has
   * delivered its events and replicas. Sandbox time must pass for what is planned to come later.
   */
  idle(): Promise<void>;
  /** Ends everything that the sandbox started. */
  close(): Promise<void>;
}

const ACCOUNT = '111122223333';

/** One thing leads to another across a turn or two of the event loop: quiet is what stays quiet. */
const QUIET_CHECKS = 3;
const QUIET_CHECK_MS = 10;

export async function createCloud(options: CloudOptions = {}): Promise<Cloud> {
  const { port = 0, seed = 1, clock = createClock() } = options;
  const keyPlans = (options.kmsKeys ?? []).map(toKeyPlan);
  const folder = await mkdtemp(join(options.folder ?? tmpdir(), 'holdfast-'));
  const random = createRandom(seed);
  // Of its own, so that what else happens by chance does not shift the faults.
  const faults = createFaults(createRandom(seed + 1));
  const logs = createLogs();
  const requests = createRequestLog();
  const judged = createAccessRecord();
  const access = createAccessControl(ACCOUNT, judged);
  const state = createAccountState({ account: ACCOUNT, access, clock, random, logs });
  for (const plan of keyPlans) state.keyRegister.create(plan);
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
    keys: state.keys,
    rates: state.rates,
    roles: state.roles,
    url: () => url,
    deliver: (message) => deliver(platform, targets, message),
    publish: (event) => bus.publish(event),
  };
  const bus = createEventBus(platform);
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
    invoke: (message) => functions.deliver(message),
  };
  const functions = createFunctionRegister(platform);
  const s3 = createS3(platform);
  const tables = createDynamoDb(platform);
  const schedules = createScheduleRegister(platform);
  const machines = createMachineRegister({ platform, functions, s3 });
  const site = { platform, queues, topics, tables, roles: state.roles, functions, schedules, machines, s3 };
  const accessPoints = createAccessPointRegister(platform, s3);
  const ownPoints: AccessPoints = {
    create: (plan) => describePoint(accessPoints.create(ACCOUNT, plan)),
    remove: (name) => accessPoints.remove(ACCOUNT, name),
    all: () => accessPoints.all().map(describePoint),
  };
  const stacks = new Map<string, Deployed>();
  const services: Readonly<Record<string, Service>> = {
    sqs: createSqs(platform, queues),
    sns: createSns(platform, topics),
    sts: createSts(platform, (arn) => state.roles.trustOf(arn)),
    dynamodb: tables,
    ...createAccountServices(state, platform, { s3, bus }),
    s3,
    states: createJsonService('Step Functions', createStatesOperations({ machines, access })),
    's3-control': createS3Control({ clock, random, access, s3, points: accessPoints }),
  };
  const server = createFront({
    platform,
    services,
    requests,
    authorise: createAuthoriser(access, s3),
    accessPoints: createDataAccess(accessPoints, faults),
    control: (incoming, response) =>
      answerControl(
        {
          clock,
          faults,
          requests,
          access: judged,
          logs,
          accessPoints: ownPoints,
          quotas: state.quotas,
          damage: (damage) => damageObject(s3, damage),
          status: () => ({
            now: new Date(clock.now()).toISOString(),
            account: ACCOUNT,
            stacks: [...stacks.values()].map(({ name, region, resources }) => ({ name, region, resources })),
            functions: functions
              .all()
              .map((host) => ({ name: host.settings.name, region: host.settings.region, busy: host.busy() })),
            queues: queues
              .all()
              .map((queue) => ({ arn: queue.arn, url: queues.urlOf(queue), messages: queue.counts() })),
            schedules: schedules.all(),
            executions: machines.executions().map(describeExecution),
            accessPoints: ownPoints.all(),
            buckets: s3.buckets(),
            pending: s3.pending(),
          }),
        },
        incoming,
        response,
      ),
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sandbox listens on no port');
  url = `http://127.0.0.1:${address.port}`;

  const isIdle = (): boolean => functions.isIdle() && machines.isIdle();

  return {
    url,
    port: address.port,
    account: ACCOUNT,
    credentials: credentials.admin.credentials,
    clock,
    faults,
    logs,
    s3,
    queues,
    credentialsIn: (region) => credentials.adminIn(region).credentials,
    accessPoints: ownPoints,
    credentialsOf: (account) => credentials.adminOf(account).credentials,
    requests: () => requests.counts(),
    access: () => judged.counts(),
    async deploy(source) {
      const stack = await readStack(source);
      const id = `${stack.region}/${stack.name}`;
      if (stacks.has(id)) throw new Error(`the stack ${stack.name} stands in ${stack.region} already`);
      const deployed = await deployStack(site, stack);
      stacks.set(id, deployed);
      return deployed;
    },
    async undeploy(name, region) {
      const deployed = stacks.get(`${region}/${name}`);
      await deployed?.remove();
      return stacks.delete(`${region}/${name}`);
    },
    isIdle,
    async idle() {
      for (let quiet = 0; quiet < QUIET_CHECKS;) {
        await new Promise((resolve) => setTimeout(resolve, QUIET_CHECK_MS));
        const { replicas, events } = s3.pending();
        quiet = isIdle() && replicas + events === 0 ? quiet + 1 : 0;
      }
    },
    async close() {
      machines.close();
      await functions.close();
      queues.close();
      clock.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      for (const service of Object.values(services)) await service.close?.();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function toKeyPlan(arn: string): KeyPlan {
  const [, region = '', account = '', keyId] = /^arn:aws:kms:([^:]+):(\d{12}):key\/(.+)$/.exec(arn) ?? [];
  if (keyId === undefined) throw new Error(`expected the ARN of a KMS key, got ${arn}`);
  return { region, account, keyId };
}

async function damageObject(s3: S3Service, planned: Damage): Promise<object> {
  const { bucket, key, versionId } = planned;
  const target = { bucket, key, ...(versionId === undefined ? {} : { versionId }) };
  return { ...target, ...(await s3.corrupt(target, toDamage(planned))) };
}
