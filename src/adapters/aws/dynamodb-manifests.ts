import type { Manifest } from '../../model/manifest.ts';
import type { PendingVersion } from '../../model/pending.ts';
import type { RouteChange } from '../../model/routing.ts';
import type { ManifestBook } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, keyOf, type TableOptions } from './dynamodb-table.ts';

/** How long a manifest is kept, in milliseconds. */
const KEPT_FOR_MS = 90 * 24 * 3_600_000;

/** Versions in one item: with the longest keys some 160 KB, and an item takes 400. */
const CHUNK = 100;

/** The summary is written last, under a name that sorts behind every chunk. */
const SUMMARY = 'summary';

/** Manifests in the steering ledger: chunks of versions, and a summary that says that all of them are there. */
export function createDynamoDbManifests(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): ManifestBook {
  const table = createTable(clients, options, 'ManifestBook');
  return {
    async put({ versions, ...summary }, { signal }) {
      const partition = partitionOf({ mrap: summary.mrap, id: summary.change });
      const write = async (sk: string, value: unknown): Promise<void> =>
        void (await table.put(
          { ...keyOf(partition, sk), value: { S: JSON.stringify(value) }, ...table.expiry(KEPT_FOR_MS) },
          { signal },
        ));
      const count = Math.ceil(versions.length / CHUNK);
      for (let index = 0; index < count; index += 1)
        await write(chunkName(index), versions.slice(index * CHUNK, (index + 1) * CHUNK));
      await write(SUMMARY, { ...summary, chunks: count });
    },
    async get(change, { signal }) {
      const partition = partitionOf(change);
      const found = (await table.get(keyOf(partition, SUMMARY), { signal }))?.['value']?.S;
      if (found === undefined) return undefined;
      const { chunks, ...summary } = parse<Omit<Manifest, 'versions'> & { readonly chunks: number }>(found);
      const versions: PendingVersion[] = [];
      for await (const item of table.query(partition, { signal })) {
        const sk = item['sk']?.S ?? '';
        // An earlier attempt may have left more.
        if (sk < chunkName(chunks)) versions.push(...parse<readonly PendingVersion[]>(item['value']?.S ?? '[]'));
      }
      return { ...summary, versions };
    },
  };
}

function partitionOf({ mrap, id }: Pick<RouteChange, 'mrap' | 'id'>): string {
  return `manifest#${mrap}#${id}`;
}

function chunkName(index: number): string {
  return String(index).padStart(4, '0');
}

const TIMES: ReadonlySet<string> = new Set(['asOf', 'createdAt', 'oldestPendingAt', 'completeUpTo']);

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what was written by `put` comes back as it was
function parse<T>(text: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes these rows
  return JSON.parse(text, (name, value: unknown) =>
    TIMES.has(name) && typeof value === 'string' ? new Date(value) : value,
  ) as T;
}
