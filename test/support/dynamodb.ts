import { CreateTableCommand, DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { type Clients, createClients } from '../../src/adapters/aws/clients.ts';

export interface TestTable {
  readonly clients: Clients;
  readonly region: string;
  readonly table: string;
  empty(): Promise<void>;
  items(): Promise<number>;
  close(): Promise<void>;
}

/** A table as the stacks have it, in an embedded DynamoDB. */
export async function createTestTable(table: string, region = 'eu-west-1'): Promise<TestTable> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const database = dynalite({ createTableMs: 0 });
  await new Promise<void>((listening) => database.listen(0, '127.0.0.1', listening));
  const { port } = database.address() as AddressInfo;
  const clients = createClients({ customEndpoint: true, endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 });
  const client = clients.dynamodb(region);
  const names = ['pk', 'sk'] as const;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  const scan = async () => client.send(new ScanCommand({ TableName: table }));
  await vi.waitFor(scan);
  return {
    clients,
    region,
    table,
    async empty() {
      for (const { pk, sk } of (await scan()).Items ?? []) {
        const Key = { pk: pk ?? { S: '' }, sk: sk ?? { S: '' } };
        await client.send(new DeleteItemCommand({ TableName: table, Key }));
      }
    },
    items: async () => (await scan()).Count ?? 0,
    async close() {
      vi.unstubAllEnvs();
      client.destroy();
      await new Promise((closed) => database.close(closed));
    },
  };
}
