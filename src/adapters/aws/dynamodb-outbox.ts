import { createHash } from 'node:crypto';
import type { OutboxClaim, OutboxEntry } from '../../model/alert-state.ts';
import type { Outbox } from '../../ports.ts';
import { parseCase } from './alert-json.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** Partitions of the outbox, so that many causes at once do not fall on one. */
const SHARDS = [0, 1, 2, 3] as const;

const DAY_MS = 24 * 3_600_000;

/** How long an entry is kept beyond whatever is due, in milliseconds: a sender that is away for a month loses nothing. */
const KEPT_FOR_MS = 30 * DAY_MS;

/** The outbox in the ledger's table: `outbox#<0-3>` / fingerprint, with a version that every change increases. */
export function createDynamoDbOutbox(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): Outbox {
  const table = createTable(clients, options, 'Outbox');

  async function replace(entry: OutboxEntry, { keepForMs, signal }: Keeping): Promise<boolean> {
    const before = { N: String(entry.version - 1) };
    const item = { ...keyFor(entry.fingerprint), ...toItem(entry), ...table.expiry(keepForMs) };
    // `total`, because counting is what `touch` does to it.
    return table.put(item, {
      condition: { expression: '#total = :before', names: TOTAL, values: { ':before': before } },
      signal,
    });
  }

  return {
    async touch(fingerprint, { at, latest, signal }) {
      const set = {
        touchedAt: { S: at.toISOString() },
        ...(latest === undefined ? {} : { latest: { S: JSON.stringify(latest) } }),
      };
      await table.add(keyFor(fingerprint), 1, { set, expiresAt: table.expiry(KEPT_FOR_MS), signal });
    },
    async get(fingerprint, call) {
      const item = await table.get(keyFor(fingerprint), call);
      return item === undefined ? undefined : toEntry(item);
    },
    async list({ signal }) {
      const found: OutboxEntry[] = [];
      for (const shard of SHARDS) {
        for await (const item of table.query(`outbox#${shard}`, { signal })) found.push(toEntry(item));
      }
      return found;
    },
    async claim(entry, claim, { signal }) {
      const claimed = { ...entry, claim, version: entry.version + 1 };
      return (await replace(claimed, { keepForMs: KEPT_FOR_MS, signal })) ? claimed : undefined;
    },
    async settle(claimed, { dueAt, signal }) {
      const { claim: _, dueAt: __, ...entry } = claimed;
      const version = entry.version + 1;
      const settled = { ...entry, version, settledVersion: version };
      // Nothing more to come: it expires at once, and a later touch revives it. Without a deletion no touch can be lost.
      const waitMs = dueAt === undefined ? -1_000 : dueAt.getTime() - options.clock.now().getTime() + KEPT_FOR_MS;
      return replace({ ...settled, ...(dueAt === undefined ? {} : { dueAt }) }, { keepForMs: waitMs, signal });
    },
  };
}

interface Keeping {
  readonly keepForMs: number;
  readonly signal: AbortSignal;
}

const TOTAL = { '#total': 'total' };

function keyFor(fingerprint: string): Item {
  const shard = (createHash('sha256').update(fingerprint).digest()[0] ?? 0) % SHARDS.length;
  return keyOf(`outbox#${shard}`, fingerprint);
}

function toItem({ version, touchedAt, latest, settledVersion, dueAt, claim }: OutboxEntry): Item {
  return {
    total: { N: String(version) },
    touchedAt: { S: touchedAt.toISOString() },
    ...(latest === undefined ? {} : { latest: { S: JSON.stringify(latest) } }),
    ...(settledVersion === undefined ? {} : { settledVersion: { N: String(settledVersion) } }),
    ...(dueAt === undefined ? {} : { dueAt: { S: dueAt.toISOString() } }),
    ...(claim === undefined ? {} : { claim: { S: JSON.stringify(claim) } }),
  };
}

function toEntry(item: Item): OutboxEntry {
  const latest = parseCase(item['latest']?.S);
  const settledVersion = item['settledVersion']?.N;
  const dueAt = item['dueAt']?.S;
  const claim = parseClaim(item['claim']?.S);
  return {
    fingerprint: item['sk']?.S ?? '',
    version: Number(item['total']?.N ?? 0),
    touchedAt: new Date(item['touchedAt']?.S ?? 0),
    ...(latest === undefined ? {} : { latest }),
    ...(settledVersion === undefined ? {} : { settledVersion: Number(settledVersion) }),
    ...(dueAt === undefined ? {} : { dueAt: new Date(dueAt) }),
    ...(claim === undefined ? {} : { claim }),
  };
}

type Written = Omit<OutboxClaim, 'since' | 'until'> & { readonly since: string; readonly until: string };

function parseClaim(json: string | undefined): OutboxClaim | undefined {
  if (json === undefined) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes it
  const { since, until, ...claim } = JSON.parse(json) as Written;
  return { ...claim, since: new Date(since), until: new Date(until) };
}
