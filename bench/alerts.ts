import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { createClients } from '../src/adapters/aws/clients.ts';
import { createDynamoDbStateBook } from '../src/adapters/aws/dynamodb-alert-book.ts';
import { createDynamoDbCaseBook } from '../src/adapters/aws/dynamodb-alert-cases.ts';
import { createDynamoDbAlertStates } from '../src/adapters/aws/dynamodb-alert-states.ts';
import { createDynamoDbOutbox } from '../src/adapters/aws/dynamodb-outbox.ts';
import { createAlertDesk } from '../src/alert-desk.ts';
import { mapBounded } from '../src/gather/map-bounded.ts';
import type { Publisher } from '../src/ports.ts';
import { createCloud } from '../src/sandbox/cloud.ts';
import { aDamage } from '../test/support/alert-world.ts';

// npx tsx bench/alerts.ts [CASES]: how fast cases of one cause are counted and kept, with the adapters and the SDK, in the
// DynamoDB of the sandbox. What limits it is that server: a case costs one reading and two writings.
const cases = Number(process.argv[2] ?? 5_000);
const [region, table] = ['eu-west-1', 'ledger'];
const cloud = await createCloud();
process.env['AWS_ACCESS_KEY_ID'] = cloud.credentials.accessKeyId;
process.env['AWS_SECRET_ACCESS_KEY'] = cloud.credentials.secretAccessKey;
try {
  const clock = { now: (): Date => new Date() };
  const clients = createClients({ customEndpoint: true, endpoint: cloud.url });
  const names = ['pk', 'sk'];
  const client = clients.dynamodb(region);
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: table });
  const options = { table, region, clock };
  const counts: number[] = [];
  const publisher: Publisher = {
    publish: async ({ event }) => void (event.type === 'holdfast.alert.v1' && counts.push(event.data.count)),
  };
  const ports = {
    states: createDynamoDbStateBook(clients, options),
    cases: createDynamoDbCaseBook(clients, options),
    outbox: createDynamoDbOutbox(clients, options),
    mutes: createDynamoDbAlertStates(clients, options),
    publisher,
    clock,
  };
  const delays: unknown[] = [];
  const desk = createAlertDesk(ports, {
    sender: 'bench',
    windows: [],
    place: { region: region },
    onDelay: (error) => delays.push(error),
  });
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const startedAt = performance.now();
  await mapBounded(
    Array.from({ length: cases }, (_, n) => `storm/${n}`),
    async (key) => desk.open(aDamage(key), { signal }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const [state] = await createDynamoDbAlertStates(clients, options).list({ signal });
  process.stdout.write(
    `${cases} cases of one cause in ${seconds.toFixed(1)} s: ${(cases / seconds).toFixed(0)} per second, ` +
      `${counts.length} notices, ${state?.count ?? 0} counted, ${delays.length} delayed\n`,
  );
  process.exitCode = state?.count === cases && delays.length === 0 ? 0 : 1;
} finally {
  await cloud.close();
}
