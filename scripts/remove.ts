import { parseArgs } from 'node:util';
import { DeleteTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import { GetBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { ask } from './deployment/ask.ts';
import { type Chosen, choose, expectOwnAccount, expectPackaged, packageStacks } from './deployment/command.ts';
import {
  callerAccount,
  isSignalsQueue,
  queuesOf,
  type StandingQueue,
  type StandingStack,
  standingStack,
  tablesOf,
} from './deployment/stacks-of-account.ts';
import { progress, serverless } from './stacks.ts';

const HELP = `npm run remove -- --stage STAGE [options]

Shows what stands and what would be lost, asks, and removes the stacks of every Region of the configuration (HOLDFAST_CONFIG, or
holdfast.yml). Ledgers stay, because baselines cannot be made again. The same command again goes on where it stopped.

  --stage NAME    of the stacks holdfast-NAME
  --yes           do not ask
  --packaged      go by what npm run package left, instead of packaging now
  --region R      only this Region; can be repeated
  --with-tables   remove the ledgers too, and all that they know
  --force         even while buckets notify these stacks: their events are lost then
  --help          this text

Exit code 0: nothing stands any more; 1: you said no; 2: refused or failed.
`;

interface Standing {
  readonly region: string;
  readonly stack?: StandingStack;
  readonly queues: readonly StandingQueue[];
  /** Items in each table, as DynamoDB counted some hours ago. */
  readonly tables: ReadonlyMap<string, number>;
  /** Buckets whose notifications name a queue of the stack. */
  readonly wired: readonly string[];
  /** EventBridge rules that send there. */
  readonly rules: readonly string[];
}

async function look({ stack: name, stage, config }: Chosen, region: string): Promise<Standing> {
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
    wired: signals === undefined ? [] : await wiredTo(signals, here, region),
    rules: signals === undefined ? [] : await rulesTo(signals, region),
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

async function rulesTo({ arn }: StandingQueue, region: string): Promise<readonly string[]> {
  const command = new ListRuleNamesByTargetCommand({ TargetArn: arn });
  return (await new EventBridgeClient({ region }).send(command)).RuleNames ?? [];
}

function render({ region, stack, queues, tables, wired, rules }: Standing): readonly string[] {
  const count = stack === undefined ? 'no stack' : `stack with ${Object.keys(stack.resources).length} resources`;
  return [
    `${region}  ${count}`,
    ...queues
      .filter(({ messages }) => messages > 0)
      .map(({ name, messages }) => `    ${messages} messages wait in ${name} and would be lost`),
    ...[...tables].map(([table, items]) => `    table ${table}, about ${items} items`),
    ...wired.map((bucket) => `    ${bucket} notifies it, as far as is known`),
    ...rules.map((rule) => `    the EventBridge rule ${rule} sends to it`),
  ];
}

/** What is sent to a queue that is gone is lost. */
function expectUnwired({ config, stage }: Chosen, standing: readonly Standing[]): void {
  const wired = standing.flatMap((one) => one.wired);
  const isBridged = standing.some(({ rules }) => rules.length > 0);
  if (wired.length === 0 && !isBridged) return;
  const pairs = config.pairs.filter(
    ({ source, destinations }) => isBridged || [source, ...destinations].some(({ bucket }) => wired.includes(bucket)),
  );
  const commands = pairs.map(({ name }) => `  npx holdfast unwire ${name} --stage ${stage} --yes`);
  throw new Error(`buckets still notify these stacks; first:\n${commands.join('\n')}\n(or --force)`);
}

async function remove({ stage, stack }: Chosen, standing: readonly Standing[], withTables: boolean): Promise<void> {
  for (const { region, stack: found, tables } of standing) {
    if (found !== undefined) {
      progress(`${region}: removing ${stack}`);
      await serverless(['remove', '--region', region, '--stage', stage], { cwd: '.', verbose: true });
      progress(`${region}: removed`);
    }
    const client = new DynamoDBClient({ region });
    for (const TableName of withTables ? tables.keys() : []) {
      await client.send(new DeleteTableCommand({ TableName }));
      progress(`${region}: removed ${TableName}`);
    }
  }
}

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      stage: { type: 'string' },
      yes: { type: 'boolean', default: false },
      packaged: { type: 'boolean', default: false },
      region: { type: 'string', multiple: true },
      'with-tables': { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const chosen = await choose(options, 'remove');
  if (options.packaged) await expectPackaged(chosen);
  const account = await callerAccount(chosen.regions[0] ?? '');
  expectOwnAccount(chosen, account);
  const standing = await Promise.all(chosen.regions.map(async (region) => look(chosen, region)));
  process.stdout.write(`In account ${account}:\n${standing.flatMap(render).join('\n')}\n`);
  const withTables = options['with-tables'];
  const isGone = standing.every(({ stack, tables }) => stack === undefined && (tables.size === 0 || !withTables));
  if (isGone) return 0;
  if (!options.force) expectUnwired(chosen, standing);
  const what = withTables ? 'the stacks, and the ledgers with all that they know' : 'the stacks; ledgers stay';
  if (!(await ask(`Remove ${what}?`, options))) return 1;
  if (standing.some(({ stack }) => stack !== undefined)) {
    // The framework reads what it removes.
    if (!options.packaged) await packageStacks(chosen);
  }
  await remove(chosen, standing, withTables);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
