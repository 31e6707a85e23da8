import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { packStack, role, type PackagedStack } from './packaged-stack.ts';

const REGION = 'eu-west-1';
const RULES = [
  {
    Id: 'old',
    Status: 'Enabled',
    Prefix: 'a/',
    ExpirationInDays: 10,
    NoncurrentVersionExpiration: { NoncurrentDays: 2 },
  },
  {
    Id: 'left-over',
    Status: 'Enabled',
    Prefix: '',
    ExpiredObjectDeleteMarker: true,
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  },
];
const POLICY = {
  Statement: {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: 'arn:aws:s3:::kept/*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  },
};
const BUCKET = {
  Type: 'AWS::S3::Bucket',
  Properties: {
    BucketName: 'kept',
    ObjectLockEnabled: true,
    VersioningConfiguration: { Status: 'Enabled' },
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
    LifecycleConfiguration: { Rules: RULES },
  },
};

let cloud: Cloud;
let s3: S3Client;
const packed: PackagedStack[] = [];

beforeAll(async () => {
  cloud = await createCloud();
  s3 = new S3Client({ region: REGION, endpoint: cloud.url, credentials: cloud.credentials, forcePathStyle: true });
});

afterAll(async () => {
  s3.destroy();
  await cloud.close();
  for (const stack of packed) await stack.remove();
});

async function deploy(resources: Readonly<Record<string, object>>): Promise<void> {
  const stack = await packStack({ resources });
  packed.push(stack);
  await cloud.deploy(stack);
}

describe('a bucket of a stack', () => {
  it('is made as the template says, and stays when the stack goes', async () => {
    const policy = { Bucket: { Ref: 'Kept' }, PolicyDocument: POLICY };
    await deploy({ Kept: BUCKET, Policy: { Type: 'AWS::S3::BucketPolicy', Properties: policy } });
    const Bucket = 'kept';
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' });
    expect(await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).toMatchObject({
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
    });
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(PublicAccessBlockConfiguration).toEqual({ BlockPublicAcls: true, BlockPublicPolicy: true });
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules).toMatchObject([
      { ID: 'old', Expiration: { Days: 10 }, NoncurrentVersionExpiration: { NoncurrentDays: 2 } },
      { ID: 'left-over', Expiration: { ExpiredObjectDeleteMarker: true } },
    ]);
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy)).toEqual(POLICY);
    await cloud.undeploy('test', REGION);
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).resolves.toBeDefined();
    await expect(deploy({ Kept: BUCKET })).rejects.toThrow('Kept (AWS::S3::Bucket) could not be created');
  });

  it.each([
    ['a property', { AccelerateConfiguration: {} }, 'AccelerateConfiguration'],
    ['a member of a rule', { LifecycleConfiguration: { Rules: [{ ...RULES[0], TagFilters: [] }] } }, 'TagFilters'],
    [
      'a member of an action',
      {
        LifecycleConfiguration: {
          Rules: [{ Status: 'Enabled', NoncurrentVersionExpiration: { NewerNoncurrentVersions: 1 } }],
        },
      },
      'NewerNoncurrentVersions',
    ],
    ['rules that are none', { LifecycleConfiguration: { Transition: [] } }, 'expected lifecycle rules'],
  ])('is refused with %s that the sandbox does not know', async (_, more, name) => {
    const Properties = { ...BUCKET.Properties, BucketName: 'other', ...more };
    await expect(deploy({ Other: { ...BUCKET, Properties } })).rejects.toThrow(name);
  });
});

describe('a state machine of a stack', () => {
  const machine = (more: object = {}): Readonly<Record<string, object>> => ({
    Role: {
      ...role(),
      Properties: {
        RoleName: 'machine',
        AssumeRolePolicyDocument: {
          Statement: { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
        },
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        DefinitionString: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Result: '${x}', End: true } } }),
        DefinitionSubstitutions: { x: '"quoted"' },
        ...more,
      },
    },
  });

  it.each([
    ['an express machine', { StateMachineType: 'EXPRESS' }, 'EXPRESS'],
    ['nothing for what its definition leaves open', { DefinitionSubstitutions: {} }, 'nothing is substituted for x'],
    [
      'a definition that the sandbox does not run',
      { DefinitionString: '{"StartAt":"A","States":{}}' },
      'no such state',
    ],
    ['a role that does not let Step Functions assume it', { RoleArn: 'arn:aws:iam::111122223333:role/x' }, 'assume'],
    ['a definition elsewhere', { DefinitionS3Location: {} }, 'DefinitionS3Location'],
  ])('is refused with %s', async (_, more, name) => {
    await expect(deploy(machine(more))).rejects.toThrow(name);
  });

  it('gets values of the template as texts, and is gone with its stack', async () => {
    await deploy(machine());
    const status = (await (await fetch(`${cloud.url}/_holdfast/status`)).json()) as { executions: readonly unknown[] };
    expect(status.executions).toEqual([]);
    expect(await cloud.undeploy('test', REGION)).toBe(true);
    await expect(deploy(machine())).resolves.toBeUndefined();
  });
});
