import assert from 'node:assert/strict';
import {
  type AttributeValue,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { createTable } from '../create-table.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

type Item = Record<string, AttributeValue>;

const rowOf = (pk: string, sk: string): Item => ({ pk: { S: pk }, sk: { S: sk } });

async function putItem(cloud: Cloud, table: string, input: Omit<PutItemCommandInput, 'TableName'>): Promise<void> {
  await cloud.dynamodb(cloud.home).send(new PutItemCommand({ TableName: table, ...input }));
}

async function getItem(cloud: Cloud, table: string, key: Item): Promise<Item | undefined> {
  const command = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
  return (await cloud.dynamodb(cloud.home).send(command)).Item;
}

const unlessThere = { ConditionExpression: 'attribute_not_exists(pk)' };

export const tableCases: Cases = {
  'an item is read as soon as it is written': async (cloud) => {
    const table = await createTable(cloud);
    const item = { ...rowOf('v#b#é +😀', 'one'), expiresAt: { N: '1893456000' }, text: { S: 'x' } };
    await putItem(cloud, table, { Item: item });
    assert.deepEqual(await getItem(cloud, table, rowOf('v#b#é +😀', 'one')), item);
    assert.equal(await getItem(cloud, table, rowOf('v#b#é +😀', 'two')), undefined);
  },
  'a put that must not overwrite is refused the second time': async (cloud) => {
    const table = await createTable(cloud);
    await putItem(cloud, table, { Item: { ...rowOf('p', 's'), text: { S: 'first' } }, ...unlessThere });
    const again = putItem(cloud, table, { Item: { ...rowOf('p', 's'), text: { S: 'second' } }, ...unlessThere });
    await refused(again, { status: 400, code: 'ConditionalCheckFailedException' });
    assert.deepEqual((await getItem(cloud, table, rowOf('p', 's')))?.['text'], { S: 'first' });
  },
  'of many puts that must not overwrite exactly one succeeds': async (cloud) => {
    const table = await createTable(cloud);
    const puts = Array.from({ length: 8 }, async (_, n) =>
      putItem(cloud, table, { Item: { ...rowOf('p', 's'), writer: { N: String(n) } }, ...unlessThere }),
    );
    const outcomes = await Promise.allSettled(puts);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  },
  'a partition key holds the longest bucket and key': async (cloud) => {
    const table = await createTable(cloud);
    const pk = `v#${'b'.repeat(63)}#${'é'.repeat(512)}`;
    await putItem(cloud, table, { Item: rowOf(pk, 's') });
    assert.notEqual(await getItem(cloud, table, rowOf(pk, 's')), undefined);
  },
  'a partition key of more than 2,048 bytes is refused': async (cloud) => {
    const table = await createTable(cloud);
    const request = putItem(cloud, table, { Item: rowOf('p'.repeat(2_049), 's') });
    await refused(request, { status: 400, code: 'ValidationException' });
  },
  'a query gives the items of one partition that begin alike, in order': async (cloud) => {
    const table = await createTable(cloud);
    for (const sk of ['b#2', 'a#1', 'b#1', 'c']) await putItem(cloud, table, { Item: rowOf('p', sk) });
    await putItem(cloud, table, { Item: rowOf('other', 'b#3') });
    const output = await cloud.dynamodb(cloud.home).send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk and begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': { S: 'p' }, ':sk': { S: 'b#' } },
      }),
    );
    assert.deepEqual(
      output.Items?.map((item) => item['sk']?.S),
      ['b#1', 'b#2'],
    );
  },
  'a deleted item is gone': async (cloud) => {
    const table = await createTable(cloud);
    await putItem(cloud, table, { Item: rowOf('p', 's') });
    await cloud.dynamodb(cloud.home).send(new DeleteItemCommand({ TableName: table, Key: rowOf('p', 's') }));
    assert.equal(await getItem(cloud, table, rowOf('p', 's')), undefined);
  },
  'a table that does not exist is refused': async (cloud) => {
    const request = getItem(cloud, 'contract-nowhere', rowOf('p', 's'));
    await refused(request, { status: 400, code: 'ResourceNotFoundException' });
  },
  'a table of one Region is not known in another': async (cloud) => {
    const table = await createTable(cloud);
    const command = new DescribeTableCommand({ TableName: table });
    const request = cloud.dynamodb(cloud.abroad).send(command);
    await refused(request, { status: 400, code: 'ResourceNotFoundException' });
  },
};
