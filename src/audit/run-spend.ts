import type { AuditRun } from '../model/audit-run.ts';
import type { AuditGrowth, AuditRunRef } from '../ports.ts';
import type { Invocation } from './run-world.ts';
import { createSpend, type Spend } from './spend.ts';

/** How often shards that run at the same time hear of each other, in milliseconds. */
const SHARE_EVERY_MS = 10_000;

/** What a shard uses; its dollars are those of the whole run, as far as is known. */
export interface RunSpend extends Spend {
  /** The run as it was when this began. */
  readonly before: AuditRun;
  /** Tells the others now and then, and hears of them. Does not wait. */
  share(): void;
  /** Tells the rest, with what else has grown. */
  flush(growth: AuditGrowth): Promise<void>;
}

export async function createRunSpend(ref: AuditRunRef, { world, call }: Invocation): Promise<RunSpend> {
  const before = await world.book.get(ref, call);
  if (before === undefined) throw new TypeError(`expected a run ${ref.run} of ${ref.audit}`);
  const own = createSpend(world.region);
  let others = before.dollars;
  let told = 0;
  let sharedAt = world.clock.now().getTime();
  let sharing: Promise<void> = Promise.resolve();

  async function tell(growth: AuditGrowth): Promise<void> {
    const dollars = own.dollars() - told;
    if (dollars === 0 && Object.keys(growth).length === 0) return;
    const sums = await world.book.add(ref, { ...growth, dollars }, call);
    told += dollars;
    if (sums !== undefined) others = sums.dollars - told;
  }

  return {
    ...own,
    before,
    dollars: () => others + own.dollars(),
    share() {
      const now = world.clock.now().getTime();
      if (now - sharedAt < SHARE_EVERY_MS) return;
      sharedAt = now;
      sharing = sharing.then(async () => tell({})).catch(() => undefined); // it is told with the next
    },
    async flush(growth) {
      await sharing;
      await tell(growth);
    },
  };
}
