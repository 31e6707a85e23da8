import type { Probe, ProbeOutcome } from '../../model/routing.ts';
import type { ProbeBook } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** How long a probe is kept, in milliseconds: decisions need minutes, people the beginning of an outage. */
const KEPT_FOR_MS = 3_600_000;

/** Probes in the steering ledger, by the clock of whoever looked. */
export function createDynamoDbProbes(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): ProbeBook {
  const table = createTable(clients, options, 'ProbeBook');
  return {
    async leave(probe, { signal }) {
      const key = keyOf(partitionOf(probe), `${probe.at.toISOString()}#${probe.observer}`);
      await table.put({ ...key, ...toItem(probe), ...table.expiry(KEPT_FOR_MS) }, { signal });
    },
    async recent({ mrap, region }, { since, signal }) {
      const probes: Probe[] = [];
      for await (const item of table.query(partitionOf({ mrap, region }), { from: since.toISOString(), signal }))
        probes.push(toProbe({ mrap, region }, item));
      return probes;
    },
  };
}

function partitionOf({ mrap, region }: Pick<Probe, 'mrap' | 'region'>): string {
  return `probe#${mrap}#${region}`;
}

function toItem({ bucket, plain, kms, latencyMs, detail }: Probe): Item {
  return {
    bucket: { S: bucket },
    plain: { S: plain },
    ...(kms === undefined ? {} : { kms: { S: kms } }),
    ...(latencyMs === undefined ? {} : { latencyMs: { N: String(latencyMs) } }),
    ...(detail === undefined ? {} : { detail: { S: detail } }),
  };
}

const OUTCOMES = ['answered', 'throttled', 'failed', 'missing', 'denied'] as const satisfies readonly ProbeOutcome[];

function toProbe({ mrap, region }: Pick<Probe, 'mrap' | 'region'>, item: Item): Probe {
  const text = (name: string): string | undefined => item[name]?.S;
  const outcome = (name: string): ProbeOutcome | undefined => OUTCOMES.find((each) => each === text(name));
  const [at = '', observer = ''] = (text('sk') ?? '').split('#');
  const [kms, detail, latencyMs] = [outcome('kms'), text('detail'), item['latencyMs']?.N];
  return {
    mrap,
    observer,
    region,
    bucket: text('bucket') ?? '',
    at: new Date(at),
    plain: outcome('plain') ?? 'denied', // what a newer version wrote accuses nobody
    ...(kms === undefined ? {} : { kms }),
    ...(latencyMs === undefined ? {} : { latencyMs: Number(latencyMs) }),
    ...(detail === undefined ? {} : { detail }),
  };
}
