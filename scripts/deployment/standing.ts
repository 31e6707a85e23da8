import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import { GetBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { auditRegions } from '../../src/model/config.ts';
import { progress } from '../stacks.ts';
import type { Chosen } from './command.ts';
import {
  isSignalsQueue,
  queuesOf,
  reportsOf,
  type StandingQueue,
  type StandingStack,
  standingStack,
  tablesOf,
} from './stacks-of-account.ts';

/** What there is of a stage in one Region, and what would be lost with it. */
export interface Standing {
  readonly region: string;
  readonly stack?: StandingStack;
  readonly queues: readonly StandingQueue[];
  /** Items in each table, as DynamoDB counted some hours ago. */
  readonly tables: ReadonlyMap<string, number>;
  /** Buckets with reports of audits, which stay whatever is removed. */
  readonly reports: readonly string[];
  /** Buckets whose notifications name a queue of the stack. */
  readonly wired: readonly string[];
  /** EventBridge rules that send there. */
  readonly rules: readonly string[];
}

export async function lookAt(
  { stack: name, stage, config }: Chosen,
  { region, account }: { readonly region: string; readonly account: string },
): Promise<Standing> {
  const stack = await standingStack(name, region);
  const buckets = config.pairs.flatMap(({ source, destinations }) => [source, ...destinations]);
  const here = [...new Set(buckets.filter((bucket) => bucket.region === region).map(({ bucket }) => bucket))];
  const queues = stack === undefined ? [] : await queuesOf(name, region);
  const signals = queues.find((queue) => isSignalsQueue(name, queue));
  return {
    region,
    ...(stack === undefined ? {} : { stack }),
    queues,
    tables: await itemsIn(await tablesOf(stage, region), region),
    reports: auditRegions(config).includes(region) ? await reportsOf(stage, region, account) : [],
    wired: signals === undefined ? [] : await wiredTo(signals, here, region),
    rules: signals === undefined ? [] : await rulesTo(new EventBridgeClient({ region }), signals.arn),
  };
}

async function itemsIn(tables: readonly string[], region: string): Promise<ReadonlyMap<string, number>> {
  const client = new DynamoDBClient({ region });
  const counts = tables.map(async (TableName) => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return [TableName, Table?.ItemCount ?? 0] as const;
  });
  return new Map(await Promise.all(counts));
}

/** Of a bucket that cannot be asked nobody knows. */
async function wiredTo({ arn }: StandingQueue, buckets: readonly string[], region: string): Promise<readonly string[]> {
  const client = new S3Client({ region, forcePathStyle: true });
  const wired: string[] = [];
  for (const Bucket of buckets) {
    try {
      const command = new GetBucketNotificationConfigurationCommand({ Bucket });
      const { QueueConfigurations: entries = [] } = await client.send(command);
      if (entries.some(({ QueueArn }) => QueueArn === arn)) wired.push(Bucket);
    } catch (error) {
      if (!(error instanceof Error) || error.name === 'NoSuchBucket') continue;
      progress(`${Bucket}: whether it notifies this stack is not known: ${error.message}`);
      wired.push(Bucket);
    }
  }
  return wired;
}

/** Names of the rules on the default bus that send to a queue, however many there are. */
export async function rulesTo(client: EventBridgeClient, queueArn: string): Promise<readonly string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const next = token === undefined ? {} : { NextToken: token };
    const page = await client.send(new ListRuleNamesByTargetCommand({ TargetArn: queueArn, ...next }));
    names.push(...(page.RuleNames ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return names;
}

/** Lines for people. */
export function renderStanding({ region, stack, queues, tables, reports, wired, rules }: Standing): readonly string[] {
  const count = stack === undefined ? 'no stack' : `stack with ${Object.keys(stack.resources).length} resources`;
  return [
    `${region}  ${count}`,
    ...queues
      .filter(({ messages }) => messages > 0)
      .map(({ name, messages }) => `    ${messages} messages wait in ${name} and would be lost`),
    ...[...tables].map(([table, items]) => `    table ${table}, about ${items} items`),
    ...reports.map((bucket) => `    bucket ${bucket} with reports of audits, which stays`),
    ...wired.map((bucket) => `    ${bucket} notifies it, as far as is known`),
    ...rules.map((rule) => `    the EventBridge rule ${rule} sends to it`),
  ];
}

/** The same for programs. */
export function toStandingRecord({ region, stack, queues, tables, reports, wired, rules }: Standing): object {
  return {
    kind: 'standing',
    region,
    resources: stack === undefined ? 0 : Object.keys(stack.resources).length,
    messages: queues.filter(({ messages }) => messages > 0).map(({ name, messages }) => ({ queue: name, messages })),
    tables: [...tables].map(([table, items]) => ({ table, items })),
    reports,
    wired,
    rules,
  };
}
