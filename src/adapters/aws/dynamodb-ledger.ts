import { createHash } from 'node:crypto';
import { isChecksumAlgorithm } from '../../model/checksum.ts';
import { formatETag } from '../../model/etag.ts';
import type { Baseline, ObjectState } from '../../model/facts.ts';
import { type Look, lookIdentity } from '../../model/look.ts';
import { isImmutable, type ObjectRef } from '../../model/object.ts';
import type { Ledger } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** Longer than any queue keeps a message, dead-letter queues included: 30 days, in milliseconds. */
const SETTLED_FOR_MS = 30 * 24 * 3_600_000;

/**
 * The Regional ledger in one DynamoDB table. Every write creates an item that must not exist yet: a repetition changes nothing.
 * An S3 key can fill the limit of a sort key, so it lives in the partition key, whose limit is 2,048 bytes.
 */
export function createDynamoDbLedger(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): Ledger {
  const table = createTable(clients, options, 'Ledger');
  return {
    isSettled: async (look, call) => (await table.get(settledKey(look), call)) !== undefined,
    settle: async (look, call) => table.create({ ...settledKey(look), ...table.expiry(SETTLED_FOR_MS) }, call),
    baseline: async (object, state, call) => toBaseline(await table.get(baselineKey(object, state), call)),
    recordBaseline: async (object, baseline, call) => {
      await table.create(
        {
          ...baselineKey(object, { etag: baseline.etag, lastModifiedAt: baseline.lastModifiedAt }),
          algorithm: { S: baseline.algorithm },
          base64: { S: baseline.base64 },
          sizeBytes: { N: String(baseline.sizeBytes) },
          etag: { S: baseline.etag },
          lastModifiedAt: { S: baseline.lastModifiedAt.toISOString() },
          recordedAt: { S: options.clock.now().toISOString() },
        },
        call,
      );
    },
  };
}

function settledKey(look: Look): Item {
  const { object } = look.event;
  const hash = createHash('sha256').update(lookIdentity(look)).digest('base64url');
  return versionKey(object, `${object.versionId ?? ''}#settled#${hash}`);
}

/**
 * Where looks at a version are settled. Events of buckets without versions name no version ID, and listings of them name `null`.
 */
export function settledPrefixes({ bucket, key, versionId }: ObjectRef): {
  readonly pk: string;
  readonly prefixes: readonly string[];
} {
  const names = versionId === undefined || versionId === 'null' ? ['', 'null'] : [versionId];
  return { pk: partitionOf({ bucket, key }), prefixes: names.map((name) => `${name}#settled#`) };
}

/** A version ID names one content for ever; without one, and for `null`, the ETag and the time tell contents apart. */
function baselineKey(
  object: ObjectRef,
  state: Pick<ObjectState, 'lastModifiedAt'> & { etag: ObjectState['etag'] | string },
): Item {
  const etag = typeof state.etag === 'string' ? state.etag : formatETag(state.etag);
  const content = isImmutable(object) ? '' : `#${etag}#${state.lastModifiedAt.toISOString()}`;
  return versionKey(object, `${object.versionId ?? 'null'}${content}`);
}

function versionKey(object: ObjectRef, sk: string): Item {
  return keyOf(partitionOf(object), sk);
}

function partitionOf({ bucket, key }: Pick<ObjectRef, 'bucket' | 'key'>): string {
  return `v#${bucket}#${key}`;
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
