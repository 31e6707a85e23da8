import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { StackSource } from '../../src/sandbox/template/stack.ts';

/** What a test deploys: resources as a template writes them, and the source of each function by the name of its package. */
export interface StackPlan {
  readonly resources: Readonly<Record<string, object>>;
  readonly functions?: Readonly<Record<string, string>>;
  readonly region?: string;
}

/** A stack in the shape in which the framework packs it, with a folder of code in place of the zips. */
export interface PackagedStack extends StackSource {
  remove(): Promise<void>;
}

/** Lets a function's source say `require('@aws-sdk/…')`, as if it were bundled. */
export const REQUIRE: string = `import { createRequire } from 'node:module';
const require = createRequire(${JSON.stringify(createRequire(import.meta.url).resolve('vitest/package.json'))});
`;

export async function packStack({
  resources,
  functions = {},
  region = 'eu-west-1',
}: StackPlan): Promise<PackagedStack> {
  const root = await mkdtemp(join(tmpdir(), 'stack-'));
  const folder = join(root, region);
  const codeFolder = join(root, 'code');
  await mkdir(folder);
  await writeFile(join(folder, 'cloudformation-template-update-stack.json'), JSON.stringify({ Resources: resources }));
  for (const [name, source] of Object.entries(functions)) {
    await mkdir(join(codeFolder, 'dist', name), { recursive: true });
    await writeFile(join(codeFolder, 'dist', name, 'index.mjs'), source);
  }
  return { folder, codeFolder, name: 'test', remove: () => rm(root, { recursive: true }) };
}

/** A role of Lambda that may do these things. */
export function role(...statements: readonly object[]): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      },
      Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }],
    },
  };
}

/** What a function needs to be fed from a queue. */
export function consumerOf(queue: string): object {
  const Action = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  return { Effect: 'Allow', Action, Resource: { 'Fn::GetAtt': [queue, 'Arn'] } };
}

/** A function with the role `<name>Role`, whose handler is `dist/<name>/index.handler`. */
export function lambda(name: string, properties: object = {}): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: 'deployment', S3Key: `serverless/x/${name}.zip` },
      FunctionName: `test-${name}`,
      Handler: `dist/${name}/index.handler`,
      Runtime: 'nodejs24.x',
      Timeout: 10,
      Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] },
      ...properties,
    },
  };
}

/** Feeds a function of `lambda` from a queue. */
export function mapping(queue: string, functionId: string, properties: object = {}): object {
  return {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      FunctionName: { 'Fn::GetAtt': [functionId, 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ...properties,
    },
  };
}
