import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { parseTemplate, type Template } from './plan.ts';

/** A stack that stands. */
export interface StandingStack {
  readonly template: Template;
  /** Physical IDs by logical ID. */
  readonly resources: Readonly<Record<string, string>>;
}

/** Account of the credentials of this shell. */
export async function callerAccount(region: string): Promise<string> {
  const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  if (Account === undefined) throw new Error('AWS did not say whose credentials these are');
  return Account;
}

/** `undefined`: there is none, or it was never created. */
export async function standingStack(name: string, region: string): Promise<StandingStack | undefined> {
  const client = new CloudFormationClient({ region });
  const stack = await describe(client, name);
  if (stack === undefined || stack.StackStatus === 'REVIEW_IN_PROGRESS') return undefined;
  const { TemplateBody = '{"Resources":{}}' } = await client.send(new GetTemplateCommand({ StackName: name }));
  return {
    template: parseTemplate(TemplateBody),
    resources: await resourcesOf(client, name),
  };
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return stack;
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

async function resourcesOf(client: CloudFormationClient, name: string): Promise<Readonly<Record<string, string>>> {
  const resources: Record<string, string> = {};
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListStackResourcesCommand({ StackName: name, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    for (const { LogicalResourceId: logical, PhysicalResourceId: physical } of page.StackResourceSummaries ?? []) {
      if (logical !== undefined && physical !== undefined) resources[logical] = physical;
    }
    token = page.NextToken;
  } while (token !== undefined);
  return resources;
}

/** A queue of a stack, and how many messages wait in it. */
export interface StandingQueue {
  readonly name: string;
  readonly arn: string;
  readonly messages: number;
}

/** Messages that can be taken, that somebody has taken, and that are not due yet. */
const WAITING = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** The queues of a stack, whose names begin with that of the stack. */
export async function queuesOf(stack: string, region: string): Promise<readonly StandingQueue[]> {
  const client = new SQSClient({ region });
  const queues: StandingQueue[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client }, { QueueNamePrefix: `${stack}-` })) {
    for (const QueueUrl of QueueUrls) {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', ...WAITING] });
      const { Attributes: { QueueArn: arn = '', ...counts } = {} } = await client.send(command);
      const messages = WAITING.reduce((sum, attribute) => sum + Number(counts[attribute] ?? 0), 0);
      queues.push({ name: arn.slice(arn.lastIndexOf(':') + 1), arn, messages });
    }
  }
  return queues;
}

/** The one that buckets notify. */
export function isSignalsQueue(stack: string, { name }: StandingQueue): boolean {
  return name.startsWith(`${stack}-SignalsQueue-`);
}

/** Names of the tables of a Region that belong to the stage. */
export async function tablesOf(stage: string, region: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const page of paginateListTables({ client: new DynamoDBClient({ region }) }, {})) {
    names.push(...(page.TableNames ?? []));
  }
  return names.filter((name) => name === `holdfast-${stage}-ledger` || name === `holdfast-${stage}-steering`);
}

/** Where an account keeps the reports of audits of a stage in a Region, as a list; empty: there is no such bucket. */
export async function reportsOf(stage: string, region: string, account: string): Promise<readonly string[]> {
  const Bucket = `holdfast-${stage}-reports-${account}-${region}`;
  try {
    await new S3Client({ region, forcePathStyle: true }).send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    // Whatever else is answered, somebody has it.
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return [];
  }
  return [Bucket];
}
