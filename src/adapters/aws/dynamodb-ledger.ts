import { createHash } from 'node:crypto';
import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isChecksumAlgorithm } from '../../model/checksum.ts';
import { formatETag } from '../../model/etag.ts';
import type { Baseline, ObjectState } from '../../model/facts.ts';
import { type Look, lookIdentity } from '../../model/look.ts';
import { isImmutable, type ObjectRef } from '../../model/object.ts';
import type { Call, Clock, Ledger } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { toFailure, translateError } from './translate-error.ts';

/** Longer than any queue keeps a message, dead-letter queues included: 30 days, in seconds. */
const SETTLED_FOR_S = 30 * 24 * 60 * 60;

export interface LedgerOptions {
  readonly table: string;
  readonly region: string;
  readonly clock: Clock;
}

type Item = Record<string, AttributeValue>;

/**
 * The Regional ledger in one DynamoDB table. Every write creates an item that must not exist yet: a repetition changes nothing.
 * An S3 key can fill the limit of a sort key, so it lives in the partition key, whose limit is 2,048 bytes.
 */
export function createDynamoDbLedger(
  clients: Pick<Clients, 'dynamodb'>,
  { table, region, clock }: LedgerOptions,
): Ledger {
  const client = () => clients.dynamodb(region);

  async function get(key: Item, { signal }: Call): Promise<Item | undefined> {
    try {
      const command = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
      const { Item: item } = await client().send(command, { abortSignal: signal });
      // DynamoDB removes expired items within days: until then they are still here.
      const expiresAt = Number(item?.['expiresAt']?.N ?? Infinity);
      return expiresAt * 1_000 > clock.now().getTime() ? item : undefined;
    } catch (error) {
      throw translateError(error, 'Ledger.get');
    }
  }

  async function create(item: Item, { signal }: Call): Promise<void> {
    try {
      const command = new PutItemCommand({
        TableName: table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      await client().send(command, { abortSignal: signal });
    } catch (error) {
      if (toFailure(error).code !== 'ConditionalCheckFailedException') throw translateError(error, 'Ledger.create');
    }
  }

  return {
    isSettled: async (look, call) => (await get(settledKey(look), call)) !== undefined,
    settle: async (look, call) => {
      const expiresAt = Math.floor(clock.now().getTime() / 1_000) + SETTLED_FOR_S;
      await create({ ...settledKey(look), expiresAt: { N: String(expiresAt) } }, call);
    },
    baseline: async (object, state, call) => toBaseline(await get(baselineKey(object, state), call)),
    recordBaseline: async (object, baseline, call) => {
      await create(
        {
          ...baselineKey(object, { etag: baseline.etag, lastModifiedAt: baseline.lastModifiedAt }),
          algorithm: { S: baseline.algorithm },
          base64: { S: baseline.base64 },
          sizeBytes: { N: String(baseline.sizeBytes) },
          etag: { S: baseline.etag },
          lastModifiedAt: { S: baseline.lastModifiedAt.toISOString() },
          recordedAt: { S: clock.now().toISOString() },
        },
        call,
      );
    },
  };
}

function settledKey(look: Look): Item {
  const { object } = look.event;
  const hash = createHash('sha256').update(lookIdentity(look)).digest('base64url');
  return keyOf(object, `${object.versionId ?? ''}#settled#${hash}`);
}

/** A version ID names one content for ever; without one, and for `null`, the ETag and the time tell contents apart. */
function baselineKey(
  object: ObjectRef,
  state: Pick<ObjectState, 'lastModifiedAt'> & { etag: ObjectState['etag'] | string },
): Item {
  const etag = typeof state.etag === 'string' ? state.etag : formatETag(state.etag);
  const content = isImmutable(object) ? '' : `#${etag}#${state.lastModifiedAt.toISOString()}`;
  return keyOf(object, `${object.versionId ?? 'null'}${content}`);
}

function keyOf({ bucket, key }: ObjectRef, sk: string): Item {
  return { pk: { S: `v#${bucket}#${key}` }, sk: { S: sk } };
}

function toBaseline(item: Item | undefined): Baseline | undefined {
  if (item === undefined) return undefined;
  const algorithm = item['algorithm']?.S ?? '';
  const base64 = item['base64']?.S;
  if (!isChecksumAlgorithm(algorithm) || base64 === undefined) return undefined;
  return {
    algorithm,
    base64,
    sizeBytes: Number(item['sizeBytes']?.N),
    etag: item['etag']?.S ?? '',
    lastModifiedAt: new Date(item['lastModifiedAt']?.S ?? 0),
    recordedAt: new Date(item['recordedAt']?.S ?? 0),
  };
}
