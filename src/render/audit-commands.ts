import type { AuditQuestion, AuditSummary, ContentPlan } from '../model/audit-records.ts';
import { holdfastCommand, type OptionValue, quote } from '../model/shell-command.ts';

/** Asks the same again. Which versions it is the turn of, by age, is decided by the day on which it runs. */
export function auditCommand(question: AuditQuestion): string {
  const { pair, prefix, since, versions, content, by, gapMs, graceMs } = question;
  return `npx ${holdfastCommand(`audit ${quote(pair)}`, {
    prefix: prefix === '' ? undefined : prefix,
    since,
    versions: versions ? true : undefined,
    ...contentOptions(content),
    by,
    gap: formatExactly(gapMs),
    grace: graceMs === undefined ? undefined : formatExactly(graceMs),
    out: 'FOLDER',
  })}`;
}

/** Proves that the report is the one whose root was published. */
export function verifyCommand(report: string, { root }: Pick<AuditSummary, 'root'>): string {
  return `npx ${holdfastCommand(`verify-report ${quote(report)}`, { root })}`;
}

function contentOptions(content: ContentPlan): Readonly<Record<string, OptionValue>> {
  switch (content.mode) {
    case 'never':
      return {};
    case 'all':
      return { content: 'all' };
    case 'sample':
      return { content: 'sample', share: String(content.share), seed: content.seed };
    case 'age':
      return { content: 'age', every: formatExactly(content.everyMs), period: formatExactly(content.periodMs) };
    default:
      return content satisfies never;
  }
}

/** A duration as options take it, in one unit. */
function formatExactly(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const;
  const [unit, size] = units.find(([, each]) => ms % each === 0) ?? ['s', 1_000];
  return `${ms / size}${unit}`;
}
