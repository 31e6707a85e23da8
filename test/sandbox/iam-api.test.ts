import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { createAccessControl } from '../../src/sandbox/iam/access.ts';
import { createRoles } from '../../src/sandbox/iam/roles.ts';
import { assume, putRole } from './assumed-role.ts';

const S3_TRUST = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' };
const allow = (Action: string | string[], Resource = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const json = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

let cloud: Cloud;
let iam: IAMClient;

const config = () => ({ region: 'eu-west-1', endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 1 });

async function createRole(RoleName: string): Promise<void> {
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: json(S3_TRUST) }));
}

beforeAll(async () => {
  cloud = await createCloud();
  iam = new IAMClient(config());
});
afterAll(() => cloud.close());

describe('a role', () => {
  it('is created once, shown, and deleted when its policies are gone', async () => {
    await createRole('replication');
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'replication' }));
    expect(Role).toMatchObject({ Arn: `arn:aws:iam::${cloud.account}:role/replication`, Path: '/' });
    expect(Role?.CreateDate?.getTime()).toBeCloseTo(cloud.clock.now(), -5);
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(json(S3_TRUST));
    await expect(createRole('replication')).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });

    const policy = { RoleName: 'replication', PolicyName: 'copy' };
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: json(allow('s3:ReplicateObject')) }));
    const listed = await iam.send(new ListRolePoliciesCommand({ RoleName: 'replication' }));
    expect([listed.PolicyNames, listed.IsTruncated]).toEqual([['copy'], false]);
    const shown = await iam.send(new GetRolePolicyCommand(policy));
    expect(decodeURIComponent(shown.PolicyDocument ?? '')).toBe(json(allow('s3:ReplicateObject')));
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'replication' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await iam.send(new DeleteRolePolicyCommand(policy));
    await iam.send(new DeleteRoleCommand({ RoleName: 'replication' }));
    await expect(iam.send(new GetRoleCommand({ RoleName: 'replication' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  it('has no managed policies attached unless its template says so', async () => {
    await createRole('bare');
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'bare' }));
    expect(AttachedPolicies).toEqual([]);
  });

  it('is assumed by whom its trust names, which can change', async () => {
    await createRole('changing');
    const RoleArn = `arn:aws:iam::${cloud.account}:role/changing`;
    const credentials = await assume(cloud, { name: 'asker', statements: [allow('sts:AssumeRole')] });
    const sts = new STSClient({ ...config(), credentials });
    const ask = () => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
    await expect(ask()).rejects.toMatchObject({ name: 'AccessDenied' });
    const PolicyDocument = json({ ...S3_TRUST, Principal: { AWS: cloud.account } });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'changing', PolicyDocument }));
    await expect(ask()).resolves.toBeDefined();
  });

  it.each([
    ['no JSON', '{', 'MalformedPolicyDocumentException'],
    ['what the sandbox does not evaluate', json({ Effect: 'Allow', NotAction: 'x' }), 'NotImplemented'],
  ])('takes no policy with %s, and keeps what it had', async (_, PolicyDocument, name) => {
    await putRole(cloud, { name: 'kept', statements: [allow('s3:GetObject')] });
    const put = new PutRolePolicyCommand({ RoleName: 'kept', PolicyName: 'own', PolicyDocument });
    await expect(iam.send(put)).rejects.toMatchObject({ name });
    const { PolicyDocument: kept } = await iam.send(new GetRolePolicyCommand({ RoleName: 'kept', PolicyName: 'own' }));
    expect(decodeURIComponent(kept ?? '')).toBe(json(allow('s3:GetObject')));
  });

  it('is refused an operation or a parameter that the sandbox does not have, by name', async () => {
    await expect(iam.send(new ListRolesCommand())).rejects.toThrow('ListRoles');
    const tagged = { RoleName: 'x', AssumeRolePolicyDocument: json(S3_TRUST), Tags: [{ Key: 'a', Value: 'b' }] };
    await expect(iam.send(new CreateRoleCommand(tagged))).rejects.toThrow('Tags');
  });

  it('is shown to whom a policy allows', async () => {
    await createRole('shown');
    const credentials = await assume(cloud, {
      name: 'looker',
      statements: [allow('iam:GetRole', `arn:aws:iam::${cloud.account}:role/shown`)],
    });
    const looker = new IAMClient({ ...config(), credentials });
    await expect(looker.send(new GetRoleCommand({ RoleName: 'shown' }))).resolves.toBeDefined();
    await expect(looker.send(new GetRoleCommand({ RoleName: 'looker' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});

describe('a simulation', () => {
  const bucket = 'arn:aws:s3:::orders';

  it('decides each action on each resource by the policies of the role', async () => {
    const PolicySourceArn = await putRole(cloud, {
      name: 'simulated',
      statements: [
        allow(['s3:ReplicateObject', 's3:ReplicateDelete'], `${bucket}/*`),
        { ...allow('s3:ReplicateDelete'), Effect: 'Deny' },
        allow('kms:Decrypt', '*', { Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } }),
      ],
    });
    const simulate = async (ActionNames: string[], more: object) => {
      const answer = await iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames, ...more }));
      return answer.EvaluationResults?.map((result) => [
        result.EvalActionName,
        result.EvalResourceName,
        result.EvalDecision,
      ]);
    };
    const actions = ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'];
    expect(await simulate(actions, { ResourceArns: [`${bucket}/a`, 'arn:aws:s3:::other/a'] })).toEqual([
      ['s3:ReplicateObject', `${bucket}/a`, 'allowed'],
      ['s3:ReplicateObject', 'arn:aws:s3:::other/a', 'implicitDeny'],
      ['s3:ReplicateDelete', `${bucket}/a`, 'explicitDeny'],
      ['s3:ReplicateDelete', 'arn:aws:s3:::other/a', 'explicitDeny'],
      ['s3:ReplicateTags', `${bucket}/a`, 'implicitDeny'],
      ['s3:ReplicateTags', 'arn:aws:s3:::other/a', 'implicitDeny'],
    ]);
    const ContextEntries = (value: string) => [
      { ContextKeyName: 'kms:ViaService', ContextKeyType: 'string', ContextKeyValues: [value] },
    ];
    const decrypt = async (more: object) => (await simulate(['kms:Decrypt'], more))?.[0]?.[2];
    expect(await decrypt({ ContextEntries: ContextEntries('s3.eu-west-1.amazonaws.com') })).toBe('allowed');
    expect(await decrypt({ ContextEntries: ContextEntries('s3.us-east-1.amazonaws.com') })).toBe('implicitDeny');
    expect(await decrypt({})).toBe('implicitDeny');
  });

  it('names what it was not told', async () => {
    const Condition = { StringEquals: { 'kms:ViaService': 'x', 'kms:CallerAccount': 'y' } };
    const PolicySourceArn = await putRole(cloud, {
      name: 'untold',
      statements: [allow('kms:Decrypt', '*', { Condition })],
    });
    const ContextEntries = [
      { ContextKeyName: 'kms:CallerAccount', ContextKeyType: 'string' as const, ContextKeyValues: ['y'] },
    ];
    const { EvaluationResults } = await iam.send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['kms:Decrypt'], ContextEntries }),
    );
    expect(EvaluationResults?.[0]?.MissingContextValues).toEqual(['kms:ViaService']);
  });

  it('needs a role that is there', async () => {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: `arn:aws:iam::${cloud.account}:role/nobody`,
      ActionNames: ['s3:GetObject'],
    });
    await expect(iam.send(command)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });
});

describe('a service', () => {
  const access = createAccessControl('111122223333');
  const roles = createRoles({ account: '111122223333', access, now: () => 0 });
  const Condition = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
  const arn = roles.create('copy', {
    trust: { Statement: { ...S3_TRUST, Condition } },
    policies: { own: { Statement: allow('s3:ReplicateObject', 'arn:aws:s3:::orders/*') } },
  });

  it.each([
    ['that is trusted, for its source', 's3.amazonaws.com', { 'aws:SourceAccount': '111122223333' }, true],
    ['for another account', 's3.amazonaws.com', { 'aws:SourceAccount': '444455556666' }, false],
    ['that is another one', 'scheduler.amazonaws.com', { 'aws:SourceAccount': '111122223333' }, false],
  ])('%s may assume the role: %s %j %s', (_, service, context, may) => {
    expect(roles.mayAssume(arn, service, context)).toBe(may);
    expect(roles.mayAssume(`${arn}2`, service, context)).toBe(false);
  });

  it('may do with it what the role may', () => {
    const question = { region: 'eu-west-1', action: 's3:ReplicateObject', resource: 'arn:aws:s3:::orders/a' };
    expect(roles.decide(arn, question)).toBe('allow');
    expect(roles.decide(arn, { ...question, resource: 'arn:aws:s3:::other/a' })).toBe('silent');
    expect(roles.decide(`${arn}2`, question)).toBe('silent');
  });
});

describe('access across accounts', () => {
  const access = createAccessControl('111122223333');
  const roles = createRoles({ account: '111122223333', access, now: () => 0 });
  const arn = roles.create('peer', {
    trust: { Statement: S3_TRUST },
    policies: { own: { Statement: allow('sqs:SendMessage') } },
  });
  const principal = { accessKeyId: '', account: '111122223333', arn };
  const statement = { effect: 'Allow', actions: ['sqs:SendMessage'], resources: ['*'], conditions: [] } as const;
  const theirs = [{ ...statement, principals: [{ kind: 'AWS', name: 'arn:aws:iam::111122223333:root' } as const] }];

  it.each([
    ['of the own account needs one policy', '111122223333', [], true],
    ['of another account needs the policy of the queue as well', '444455556666', theirs, true],
    ['of another account is closed without it', '444455556666', [], false],
  ])('to a queue %s', (_, owner, resourcePolicy, allowed) => {
    const resource = `arn:aws:sqs:eu-west-1:${owner}:peer`;
    const question = { principal, region: 'eu-west-1', action: 'sqs:SendMessage', resource, resourcePolicy };
    expect(access.isAllowed(question)).toBe(allowed);
  });
});
