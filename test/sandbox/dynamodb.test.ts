import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';

const TableName = 'ledger';

let cloud: Cloud;
let db: DynamoDBClient;

const client = (region: string): DynamoDBClient =>
  new DynamoDBClient({ region, endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 1 });

async function createTable(region: string): Promise<void> {
  await client(region).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
}

beforeAll(async () => {
  cloud = await createCloud();
  db = client('eu-west-1');
  await createTable('eu-west-1');
  await createTable('us-east-1');
});
afterAll(() => cloud.close());

describe('a table', () => {
  it('writes on a condition once', async () => {
    const put = new PutItemCommand({
      TableName,
      Item: { pk: { S: 'é～😀' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(db.send(put)).resolves.toBeDefined();
    await expect(db.send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  it('is of one Region', async () => {
    await db.send(new PutItemCommand({ TableName, Item: { pk: { S: 'here' } } }));
    const get = new GetItemCommand({ TableName, Key: { pk: { S: 'here' } } });
    expect((await db.send(get)).Item).toEqual({ pk: { S: 'here' } });
    expect((await client('us-east-1').send(get)).Item).toBeUndefined();
  });

  it.each(['eu-west-1', 'us-east-1'])('in %s has an ARN of its Region and account', async (region) => {
    const { Table } = await client(region).send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableArn: `arn:aws:dynamodb:${region}:${cloud.account}:table/ledger`,
      TableStatus: 'ACTIVE',
    });
  });

  it('keeps an item as it is, even one that speaks of tables', async () => {
    const Item = { pk: { S: 'arn:aws:dynamodb:ap-south-1:000000000000:table/x' } };
    await db.send(new PutItemCommand({ TableName, Item }));
    expect((await db.send(new GetItemCommand({ TableName, Key: Item }))).Item).toEqual(Item);
  });

  it('records expiry and recovery', async () => {
    const TimeToLiveSpecification = { AttributeName: 'expiresAt', Enabled: true };
    await db.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    const { TimeToLiveDescription } = await db.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await db.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
    const { ContinuousBackupsDescription } = await db.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('ENABLED');
  });

  it('records nothing for a table that does not exist', async () => {
    const ask = new DescribeTimeToLiveCommand({ TableName: 'missing' });
    await expect(db.send(ask)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('has no transactions and says so', async () => {
    const transact = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName, Item: { pk: { S: 'x' } } } }],
    });
    await expect(db.send(transact)).rejects.toMatchObject({
      message: expect.stringContaining('TransactWriteItems'),
      $metadata: { httpStatusCode: 501 },
    });
  });
});
