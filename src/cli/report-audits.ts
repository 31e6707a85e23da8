import { isMissingTable } from '../adapters/aws/translate-error.ts';
import { HoldfastError } from '../errors.ts';
import type { AuditRun } from '../model/audit-run.ts';
import type { AuditConfig, PairConfig } from '../model/config.ts';
import { type AuditStatus, toAuditStatus } from '../policy/audit-status.ts';
import type { Call } from '../ports.ts';
import type { Services } from './services.ts';

/** An audit of the configuration, and where its runs are known. */
export interface PlacedAudit {
  readonly audit: AuditConfig;
  readonly source: PairConfig['source'];
}

/** What is known of one audit; `unknown`: nothing, and why. */
export type AuditReport = PlacedAudit & { readonly at: Date } & (
    | { readonly status: AuditStatus; /** Newest first. */ readonly runs: readonly AuditRun[] }
    | { readonly unknown: string }
  );

export interface AuditsQuestion {
  readonly stage: string;
  /** Absent: of every pair. */
  readonly pairs?: ReadonlySet<string> | undefined;
}

/** Newest runs that are asked for. */
const RUNS = 20;

/** The audits of some pairs, or all of them. */
export function auditsOf({ config }: Pick<Services, 'config'>, pairs?: ReadonlySet<string>): readonly PlacedAudit[] {
  return (config.audits ?? []).flatMap((audit): readonly PlacedAudit[] => {
    const source = config.pairs.find(({ name }) => name === audit.pair)?.source;
    return source === undefined || pairs?.has(audit.pair) === false ? [] : [{ audit, source }];
  });
}

/** Asks the ledger of each audit. One that does not answer does not hide what the others say. */
export async function reportAudits(
  { stage, pairs }: AuditsQuestion,
  { services, call }: { readonly services: Services; readonly call: Call },
): Promise<readonly AuditReport[]> {
  const stack = services.stack(stage);
  return Promise.all(
    auditsOf(services, pairs).map(async ({ audit, source }): Promise<AuditReport> => {
      const at = services.clock.now();
      try {
        const runs = await stack.auditsIn(source.region).runs(audit.name, { signal: call.signal, atMost: RUNS });
        return { audit, source, at, runs, status: toAuditStatus({ audit, runs, now: at }) };
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        const unknown = isMissingTable(error) ? `no stack of stage ${stage} is there` : error.message;
        return { audit, source, at, unknown };
      }
    }),
  );
}
