import type { AuditRun } from '../../src/model/audit-run.ts';
import type { AuditBook, AuditRunRef, Clock } from '../../src/ports.ts';

/** Runs of audits, with its memory open to the test. */
export interface FakeAuditBook extends AuditBook {
  /** In the order in which they began. */
  readonly kept: AuditRun[];
  /** The run that has an audit, by its name. */
  readonly holders: Map<string, string>;
}

export function createFakeAuditBook(clock: Clock): FakeAuditBook {
  const kept: AuditRun[] = [];
  const holders = new Map<string, string>();
  const find = ({ audit, run }: AuditRunRef): AuditRun | undefined =>
    kept.find((each) => each.audit === audit && each.run === run);

  function replace(run: AuditRun): AuditRun {
    const index = kept.findIndex((each) => each.audit === run.audit && each.run === run.run);
    const written = { ...run, updatedAt: clock.now() };
    kept[index === -1 ? kept.length : index] = written;
    return written;
  }

  return {
    kept,
    holders,
    async begin(run, { silentMs }) {
      const { audit } = run;
      const holder = holders.get(audit);
      const by = holder === undefined || holder === run.run ? undefined : find({ audit, run: holder });
      const isHeard = by !== undefined && by.updatedAt.getTime() > clock.now().getTime() - silentMs;
      if (isHeard) return { kind: 'held', by };
      if (find(run) === undefined) replace(run);
      holders.set(audit, run.run);
      return { kind: 'begun' };
    },
    async add(ref, growth) {
      const run = find(ref);
      if (run === undefined) return undefined;
      const { shards = 0, versions = 0, bytes = 0, findings = 0, violated = 0, dollars = 0 } = growth;
      return replace({
        ...run,
        shards: { ...run.shards, done: run.shards.done + shards },
        versions: run.versions + versions,
        bytes: run.bytes + bytes,
        findings: run.findings + findings,
        violated: run.violated + violated,
        dollars: run.dollars + dollars,
      });
    },
    async save(ref, { shards, ...patch }) {
      const run = find(ref);
      if (run === undefined) return;
      replace({ ...run, ...patch, shards: { ...run.shards, ...(shards === undefined ? {} : { all: shards }) } });
    },
    async release({ audit, run }) {
      if (holders.get(audit) === run) holders.delete(audit);
    },
    get: async (ref) => find(ref),
    runs: async (audit, { atMost }) =>
      kept
        .filter((run) => run.audit === audit)
        .toSorted((a, b) => (a.run < b.run ? 1 : -1))
        .slice(0, atMost),
  };
}
