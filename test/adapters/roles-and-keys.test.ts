import { CreateRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createIamRolePermissions } from '../../src/adapters/aws/iam-role-permissions.ts';
import { createKmsKeyStore } from '../../src/adapters/aws/kms-key-store.ts';
import { createOwnStack, createSqsStacks } from '../../src/adapters/aws/sqs-stacks.ts';
import { createWatchClients } from '../../src/adapters/aws/watch-clients.ts';
import type { AccessQuestion } from '../../src/model/access.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { KeyStore, RolePermissions, Stacks } from '../../src/ports.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

const call = { signal: AbortSignal.timeout(60_000) };
const ROLE = 'arn:aws:iam::111122223333:role/path/replicates';
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

let cloud: Cloud;
let sdk: SdkClients;
let iam: IAMClient;
let kms: KMSClient;
let roles: RolePermissions;
let keys: KeyStore;
let stacks: Stacks;

beforeAll(async () => {
  cloud = await createCloud();
  const { accessKeyId, secretAccessKey } = cloud.credentials;
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  const endpoint = { endpoint: cloud.url, credentials: cloud.credentials };
  sdk = createSdkClients(endpoint);
  iam = new IAMClient({ region: 'us-east-1', ...endpoint, maxAttempts: 1 });
  kms = new KMSClient({ region: 'eu-west-1', ...endpoint, maxAttempts: 1 });
  const clients = createWatchClients({ customEndpoint: true, endpoint: cloud.url, maxAttempts: 1 });
  roles = createIamRolePermissions(clients);
  keys = createKmsKeyStore(clients);
  stacks = createSqsStacks(clients, { stage: 'dev' });
});

afterEach(() => {
  for (const { id } of cloud.faults.list()) cloud.faults.remove(id);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  sdk.destroy();
  iam.destroy();
  kms.destroy();
  await cloud.close();
});

function valueOf<T>(observation: Observation<T> | undefined): T {
  if (observation?.state !== 'present') throw new Error(`expected something, got ${JSON.stringify(observation)}`);
  return observation.value;
}

function ask(action: string, example: string, context: Readonly<Record<string, string>> = {}): AccessQuestion {
  return { action, resource: example, example, context };
}

describe('RolePermissions', () => {
  const name = 'replicates';
  const arn = ROLE.replace('path/', '');

  beforeAll(async () => {
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }));
  });

  async function decide(
    statements: readonly object[],
    ...questions: readonly AccessQuestion[]
  ): Promise<readonly string[]> {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }));
    const answers = valueOf(await roles.simulate(arn, questions, call));
    await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: 'own' }));
    expect(answers.map(({ action }) => action)).toEqual(questions.map(({ action }) => action));
    return answers.map(({ decision }) => decision);
  }

  const allow = (Action: string, Resource: string, more: object = {}) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...more,
  });

  it('says who may assume it', async () => {
    expect(JSON.parse(valueOf(await roles.trust(arn, call)))).toEqual(JSON.parse(TRUST));
  });

  it('answers every question in its order, whatever the resource', async () => {
    const statements = [
      allow('s3:ReplicateObject', 'arn:aws:s3:::b/*'),
      { ...allow('s3:ReplicateDelete', '*'), Effect: 'Deny' },
    ];
    const there = 'arn:aws:s3:::b/any';
    const decided = await decide(
      statements,
      ask('s3:ReplicateObject', there),
      ask('s3:ReplicateObject', 'arn:aws:s3:::c/any'),
      ask('s3:ReplicateDelete', there),
      ask('s3:ReplicateTags', there),
    );
    expect(decided).toEqual(['allowed', 'silent', 'denied', 'silent']);
  });

  it.each([
    ['with what is known', { 'aws:PrincipalAccount': '111122223333' }, 'allowed'],
    ['against what is known', { 'aws:PrincipalAccount': '444455556666' }, 'silent'],
    ['on what nobody knows', {}, 'unclear'],
  ])('judges a condition %s', async (_, context, expected) => {
    const condition = { Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } } };
    const question = ask('s3:ReplicateObject', 'arn:aws:s3:::b/any', context);
    expect(await decide([allow('s3:*', '*', condition)], question)).toEqual([expected]);
  });

  it('leaves nothing open for a condition on keys of another service', async () => {
    const condition = { Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } };
    const question = ask('s3:ReplicateObject', 'arn:aws:s3:::b/any');
    expect(await decide([allow('kms:Decrypt', '*', condition)], question)).toEqual(['silent']);
  });

  it('takes a flag as a flag', async () => {
    const condition = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
    const question = ask('s3:ReplicateObject', 'arn:aws:s3:::b/any', { 'aws:SecureTransport': 'true' });
    expect(await decide([allow('s3:*', '*', condition)], question)).toEqual(['allowed']);
  });

  it('knows no role that is not there', async () => {
    const none = 'arn:aws:iam::111122223333:role/none';
    expect(await roles.trust(none, call)).toEqual({ state: 'absent' });
    expect(await roles.simulate(none, [ask('s3:GetObject', '*')], call)).toEqual({ state: 'absent' });
  });

  it('does not take a role of the same name for that of another account', async () => {
    const foreign = 'arn:aws:iam::444455556666:role/replicates';
    expect(await roles.trust(foreign, call)).toEqual({ state: 'unreadable', reason: 'access-denied' });
  });

  it.each(['GetRole', 'SimulatePrincipalPolicy'])('says that %s is not allowed', async (operation) => {
    cloud.faults.plant({ kind: 'deny', service: 'iam', operation });
    const denied = { state: 'unreadable', reason: 'access-denied' };
    const asked =
      operation === 'GetRole' ? roles.trust(arn, call) : roles.simulate(arn, [ask('s3:GetObject', '*')], call);
    expect(await asked).toEqual(denied);
  });
});

describe('KeyStore', () => {
  async function createKey(): Promise<string> {
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    return key?.Arn ?? '';
  }

  it('describes a key by its ARN, its ID and its alias', async () => {
    const arn = await createKey();
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: arn }));
    for (const id of [arn, arn.split('/')[1] ?? '', 'alias/orders']) {
      const key = valueOf(await keys.key({ id, region: 'eu-west-1' }, call));
      expect(key).toMatchObject({ arn, account: '111122223333', state: 'Enabled', manager: 'customer' });
      expect(JSON.parse(valueOf(key.policy))).toHaveProperty('Statement');
    }
  });

  it("knows AWS's own", async () => {
    const key = valueOf(await keys.key({ id: 'alias/aws/s3', region: 'eu-west-1' }, call));
    expect(key.manager).toBe('aws');
  });

  it('says when a key is going to be deleted', async () => {
    const id = await createKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
    const key = valueOf(await keys.key({ id, region: 'eu-west-1' }, call));
    expect(key).toMatchObject({ state: 'PendingDeletion', deletionAt: expect.any(Date) });
  });

  it('knows no key of another Region', async () => {
    const id = await createKey();
    expect(await keys.key({ id, region: 'us-east-1' }, call)).toEqual({ state: 'absent' });
    expect(await keys.key({ id: 'alias/none', region: 'eu-west-1' }, call)).toEqual({ state: 'absent' });
  });

  it('tells a key that may not be described from a policy that may not be read', async () => {
    const id = await createKey();
    const denied = { state: 'unreadable', reason: 'access-denied' };
    cloud.faults.plant({ kind: 'deny', service: 'kms', operation: 'GetKeyPolicy' });
    expect(valueOf(await keys.key({ id, region: 'eu-west-1' }, call)).policy).toEqual(denied);
    cloud.faults.plant({ kind: 'deny', service: 'kms', operation: 'DescribeKey' });
    expect(await keys.key({ id, region: 'eu-west-1' }, call)).toEqual(denied);
  });

  it('says that it was throttled', async () => {
    cloud.faults.plant({ kind: 'throttle', service: 'kms', operation: 'DescribeKey' });
    const throttled = { state: 'unreadable', reason: 'throttled' };
    expect(await keys.key({ id: 'alias/aws/s3', region: 'eu-west-1' }, call)).toEqual(throttled);
  });

  it('throws what says nothing about the key', async () => {
    cloud.faults.plant({ kind: 'region-outage', region: 'eu-west-1' });
    await expect(keys.key({ id: 'alias/aws/s3', region: 'eu-west-1' }, call)).rejects.toMatchObject({
      name: 'HoldfastError',
      operation: 'KeyStore.key',
    });
  });
});

describe('Stacks', () => {
  it('finds the queue by the name that CloudFormation gives it, in its Region', async () => {
    const sqs = sdk.sqs('eu-west-1');
    await sqs.send(new CreateQueueCommand({ QueueName: 'holdfast-dev-SignalsDeadLetterQueue-000000000000' }));
    expect(await stacks.signalsQueue('eu-west-1', call)).toEqual({ state: 'absent' });
    await sqs.send(new CreateQueueCommand({ QueueName: 'holdfast-dev-SignalsQueue-0123456789AB' }));
    const arn = 'arn:aws:sqs:eu-west-1:111122223333:holdfast-dev-SignalsQueue-0123456789AB';
    expect(await stacks.signalsQueue('eu-west-1', call)).toEqual({ state: 'present', value: arn });
    expect(await stacks.signalsQueue('us-east-1', call)).toEqual({ state: 'absent' });
  });

  it('says that it may not look', async () => {
    cloud.faults.plant({ kind: 'deny', service: 'sqs', operation: 'ListQueues' });
    expect(await stacks.signalsQueue('eu-west-1', call)).toEqual({ state: 'unreadable', reason: 'access-denied' });
  });

  it('is known to a function for its own Region only', async () => {
    const own = createOwnStack('eu-west-1', 'arn:queue');
    expect(await own.signalsQueue('eu-west-1', call)).toEqual({ state: 'present', value: 'arn:queue' });
    expect(await own.signalsQueue('us-east-1', call)).toBeUndefined();
  });
});
