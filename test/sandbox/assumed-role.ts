import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

import type { Cloud } from '../../src/sandbox/cloud.ts';

export interface RolePlan {
  readonly name: string;
  readonly statements: readonly object[];
  /** A service that may assume it beside the account. */
  readonly service?: string;
}

/** Makes a role, or gives it other permissions where it is there. Answers its ARN. */
export async function putRole(cloud: Cloud, { name, statements, service }: RolePlan): Promise<string> {
  const iam = new IAMClient(clientOf(cloud));
  const Principal = { AWS: cloud.account, ...(service === undefined ? {} : { Service: service }) };
  const trust = { Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } };
  const create = new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await iam.send(create).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.name.startsWith('EntityAlreadyExists')) throw error;
  });
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }));
  return `arn:aws:iam::${cloud.account}:role/${name}`;
}

/** Credentials of a role that may do these things, and nothing else. */
export async function assume(
  cloud: Cloud,
  plan: RolePlan,
): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string }> {
  const RoleArn = await putRole(cloud, plan);
  const sts = new STSClient(clientOf(cloud));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

function clientOf(cloud: Cloud) {
  return { region: 'us-east-1', endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 1 };
}
