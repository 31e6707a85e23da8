import type { AuditRun } from '../model/audit-run.ts';
import type { AuditSummary } from '../model/audit-records.ts';
import type { BucketRef } from '../model/bucket-settings.ts';
import type { AuditConfig } from '../model/config.ts';
import type { Finding } from '../model/finding.ts';

/** What became of a run. */
export type AuditNews =
  /** US dollars. */
  | { readonly kind: 'refused'; readonly quote: number }
  | { readonly kind: 'failed'; readonly error: string }
  | {
      readonly kind: 'finished';
      readonly summary: AuditSummary;
      /** What the whole run has cost, with attempts that came to nothing. */
      readonly dollars: number;
      /** Where the files of the report are: `s3://…/`. */
      readonly report: string;
    };

export interface AuditSubject {
  readonly audit: Pick<AuditConfig, 'name' | 'pair' | 'budget'>;
  readonly run: AuditRun['run'];
  /** Of the pair. */
  readonly source: BucketRef;
}

/** What people are told about a run of an audit. */
export function auditFinding(news: AuditNews, { audit, run, source }: AuditSubject): Finding {
  const subject = { kind: 'pair', pair: audit.pair, region: source.region, source: source.bucket } as const;
  const evidence = { audit: audit.name, run };
  if (news.kind === 'refused') {
    const quote = { quote: toCents(news.quote), budget: audit.budget };
    return { verdict: 'violated', code: 'audit-refused', subject, evidence: { ...evidence, ...quote } };
  }
  if (news.kind === 'failed') {
    return { verdict: 'violated', code: 'audit-failed', subject, evidence: { ...evidence, error: news.error } };
  }
  const { complete, stopped, verdicts, source: here, replica } = news.summary;
  const counts = { ...evidence, ...countsOf(news) };
  if (stopped === 'budget') {
    return { verdict: 'violated', code: 'budget-reached', subject, evidence: { ...counts, budget: audit.budget } };
  }
  const isSound = complete && verdicts.violated === 0;
  const isEmpty = here.versions + replica.versions === 0;
  const verdict = isSound ? (isEmpty ? 'unverifiable' : 'verified') : 'violated'; // where nothing is, nothing is proved
  const why = stopped === undefined ? {} : { stopped };
  return { verdict, code: 'audit-finished', subject, evidence: { ...counts, ...why } };
}

function countsOf({ summary, dollars, report }: Extract<AuditNews, { kind: 'finished' }>): Finding['evidence'] {
  const { verdicts, shards, root, source, replica } = summary;
  return {
    report,
    ...(root === undefined ? {} : { root }),
    versions: source.versions + replica.versions,
    violated: verdicts.violated,
    unverifiable: verdicts.unverifiable,
    shardsDone: shards.done,
    shardsAll: shards.all,
    dollars: toCents(dollars),
  };
}

function toCents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}
