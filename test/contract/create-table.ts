import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { eventually } from '../support/eventually.ts';
import { uniqueName } from '../support/unique-name.ts';
import type { Cloud } from './contract.ts';

/** A new table with the keys of the ledger, ready to be used. */
export async function createTable(cloud: Cloud): Promise<string> {
  const name = uniqueName('contract');
  const dynamodb = cloud.dynamodb(cloud.home);
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((key) => ({ AttributeName: key, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  await eventually(async () => {
    const { Table: table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return table?.TableStatus === 'ACTIVE' ? true : undefined;
  });
  return name;
}
