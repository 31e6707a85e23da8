import type { Checkpoint } from '../../model/pending.ts';
import type { SteeringLedger } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** How long a checkpoint is kept, in milliseconds: it says nothing after minutes, but when it was last known is worth knowing. */
const KEPT_FOR_MS = 30 * 24 * 3_600_000;

/** The steering ledger: what must be known of a link when the Region of its source is gone. */
export function createDynamoDbSteering(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): SteeringLedger {
  const table = createTable(clients, options, 'SteeringLedger');
  return {
    async putCheckpoint(checkpoint, { signal }) {
      const asOf = { S: checkpoint.asOf.toISOString() };
      const condition = { expression: 'attribute_not_exists(pk) OR asOf < :asOf', values: { ':asOf': asOf } };
      const item = { ...keyFor(checkpoint.link), ...toItem(checkpoint), ...table.expiry(KEPT_FOR_MS) };
      await table.put(item, { condition, signal });
    },
    async checkpoint(link, call) {
      const item = await table.get(keyFor(link), call);
      return item === undefined ? undefined : toCheckpoint(link, item);
    },
  };
}

function keyFor(link: string): Item {
  return keyOf(`checkpoint#${link}`, 'latest');
}

function toItem(checkpoint: Checkpoint): Item {
  const { writeRate, lastEventAt, oldestPendingAt } = checkpoint;
  return {
    asOf: { S: checkpoint.asOf.toISOString() },
    completeUpTo: { S: checkpoint.completeUpTo.toISOString() },
    pendingVersions: { N: String(checkpoint.pendingVersions) },
    pendingBytes: { N: String(checkpoint.pendingBytes) },
    bulk: { BOOL: checkpoint.bulk },
    ...(lastEventAt === undefined ? {} : { lastEventAt: { S: lastEventAt.toISOString() } }),
    ...(oldestPendingAt === undefined ? {} : { oldestPendingAt: { S: oldestPendingAt.toISOString() } }),
    ...(writeRate === undefined
      ? {}
      : { versionsPerSecond: { N: String(writeRate.versions) }, bytesPerSecond: { N: String(writeRate.bytes) } }),
  };
}

function toCheckpoint(link: string, item: Item): Checkpoint {
  const time = (name: string): Date | undefined => {
    const text = item[name]?.S;
    return text === undefined ? undefined : new Date(text);
  };
  const number = (name: string): number => Number(item[name]?.N ?? 0);
  const lastEventAt = time('lastEventAt');
  const oldestPendingAt = time('oldestPendingAt');
  const versions = item['versionsPerSecond']?.N;
  return {
    link,
    asOf: time('asOf') ?? new Date(0),
    completeUpTo: time('completeUpTo') ?? new Date(0),
    pendingVersions: number('pendingVersions'),
    pendingBytes: number('pendingBytes'),
    bulk: item['bulk']?.BOOL === true,
    ...(lastEventAt === undefined ? {} : { lastEventAt }),
    ...(oldestPendingAt === undefined ? {} : { oldestPendingAt }),
    ...(versions === undefined ? {} : { writeRate: { versions: Number(versions), bytes: number('bytesPerSecond') } }),
  };
}
