import type { AuditPhase, AuditRun, StopReason } from '../../model/audit-run.ts';
import type { AuditBook, AuditRunRef, Call } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { createTable, type Item, keyOf, type TableOptions } from './dynamodb-table.ts';

/** How long a run is remembered, in milliseconds. */
const KEPT_FOR_MS = 400 * 24 * 3_600_000;

const RUN = 'run#';
const HOLDER = 'holder';
const COUNTERS = ['versions', 'bytes', 'findings', 'violated', 'dollars'] as const;
const TEXTS = ['stopped', 'reason', 'root'] as const;

/** Runs of audits in the ledger: one item for each, and one that names the run that has the audit. */
export function createDynamoDbAuditBook(clients: Pick<Clients, 'dynamodb'>, options: TableOptions): AuditBook {
  const table = createTable(clients, options, 'AuditBook');
  const { clock } = options;
  const stamp = (): Item => ({ updatedAt: { S: clock.now().toISOString() } });

  async function get(ref: AuditRunRef, call: Call): Promise<AuditRun | undefined> {
    const item = await table.get(keyFor(ref), call);
    return item === undefined ? undefined : toRun(item);
  }

  /** Whether this run has the audit now. */
  async function take({ audit, run }: AuditRunRef, before: string | undefined, { signal }: Call): Promise<boolean> {
    const at = { S: clock.now().toISOString() };
    const item = { ...keyOf(partitionOf(audit), HOLDER), run: { S: run }, takenAt: at };
    if (before === undefined) return table.create(item, { signal });
    const condition = { expression: '#run = :before', names: { '#run': 'run' }, values: { ':before': { S: before } } };
    return table.put(item, { signal, condition });
  }

  return {
    get,
    async begin(run, { silentMs, signal }) {
      const call = { signal };
      const { audit } = run;
      for (;;) {
        const holder = await table.get(keyOf(partitionOf(audit), HOLDER), call);
        const before = holder?.['run']?.S;
        if (before !== undefined && before !== run.run) {
          // Whoever has just taken it has not written its run yet.
          const fresh = { ...run, run: before, updatedAt: new Date(holder?.['takenAt']?.S ?? 0) };
          const by = (await get({ audit, run: before }, call)) ?? fresh;
          if (by.updatedAt.getTime() > clock.now().getTime() - silentMs) return { kind: 'held', by };
        }
        if (!(await take(run, before, call))) continue; // somebody else was faster: who it was is read again
        await table.create({ ...toItem(run), ...stamp(), ...table.expiry(KEPT_FOR_MS) }, call);
        return { kind: 'begun' };
      }
    },
    async add(ref, { shards = 0, ...growth }, call) {
      const add = Object.fromEntries(Object.entries({ ...growth, shardsDone: shards }).filter(([, by]) => by !== 0));
      const changed = await table.change(keyFor(ref), { add, set: stamp() }, call);
      return changed === undefined ? undefined : toRun(changed);
    },
    async save(ref, { phase, endedAt, expected, shards, report, ...texts }, call) {
      const set: Item = {
        ...stamp(),
        ...(phase === undefined ? {} : { phase: { S: phase } }),
        ...(endedAt === undefined ? {} : { endedAt: { S: endedAt.toISOString() } }),
        ...(expected === undefined ? {} : { expected: { N: String(expected) } }),
        ...(shards === undefined ? {} : { shardsAll: { N: String(shards) } }),
        ...(report === undefined ? {} : { bucket: { S: report.bucket }, prefix: { S: report.prefix } }),
        ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }])),
      };
      await table.change(keyFor(ref), { set }, call);
    },
    async release({ audit, run }, { signal }) {
      const condition = { expression: '#run = :run', names: { '#run': 'run' }, values: { ':run': { S: run } } };
      await table.remove(keyOf(partitionOf(audit), HOLDER), { signal, condition });
    },
    async runs(audit, { atMost, signal }) {
      const found: AuditRun[] = [];
      const newest = { signal, from: RUN, pageItems: atMost, backwards: true };
      for await (const item of table.query(partitionOf(audit), newest)) {
        if (found.length >= atMost) break;
        found.push(toRun(item));
      }
      return found;
    },
  };
}

function partitionOf(audit: string): string {
  return `audit#${audit}`;
}

function keyFor({ audit, run }: AuditRunRef): Item {
  return keyOf(partitionOf(audit), `${RUN}${run}`);
}

function toItem(run: AuditRun): Item {
  return {
    ...keyFor(run),
    pair: { S: run.pair },
    phase: { S: run.phase },
    startedAt: { S: run.startedAt.toISOString() },
    shardsDone: { N: String(run.shards.done) },
    shardsAll: { N: String(run.shards.all) },
    ...Object.fromEntries(COUNTERS.map((name) => [name, { N: String(run[name]) }])),
  };
}

function toRun(item: Item): AuditRun {
  const text = (name: string): string => item[name]?.S ?? '';
  const number = (name: string): number => Number(item[name]?.N ?? 0);
  const [endedAt, expected, bucket] = [item['endedAt']?.S, item['expected']?.N, item['bucket']?.S];
  const texts = TEXTS.flatMap((name) => (item[name]?.S === undefined ? [] : [[name, item[name].S] as const]));
  return {
    audit: text('pk').slice(partitionOf('').length),
    pair: text('pair'),
    run: text('sk').slice(RUN.length),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes these items
    phase: text('phase') as AuditPhase,
    startedAt: new Date(text('startedAt')),
    updatedAt: new Date(text('updatedAt')),
    shards: { done: number('shardsDone'), all: number('shardsAll') },
    versions: number('versions'),
    bytes: number('bytes'),
    findings: number('findings'),
    violated: number('violated'),
    dollars: number('dollars'),
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt) }),
    ...(expected === undefined ? {} : { expected: Number(expected) }),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes these items
    ...(Object.fromEntries(texts) as {
      readonly stopped?: StopReason;
      readonly reason?: string;
      readonly root?: string;
    }),
    ...(bucket === undefined ? {} : { report: { bucket, prefix: text('prefix') } }),
  };
}
