import { openAlertBook } from '../act/alert-book.ts';
import type { Finding } from '../model/finding.ts';
import { auditFinding, type AuditNews } from '../policy/audit-news.ts';
import { toAlerts } from '../policy/to-alerts.ts';
import { linksOfAudit } from './ask-of-audit.ts';
import type { Invocation, RunOf } from './run-world.ts';

/** What is told of how runs begin, and of how they end: one that does not begin leaves open what the one before has found. */
const BEGINNINGS = 'beginnings';
const ENDS = 'ends';

/**
 * Tells people what became of a run, and that what was told of earlier ones is over. A run with nothing to complain of is told
 * as well, whatever severity is published: its root is worth something only where the report is not.
 */
export async function tellAudit(
  { of: { audit, run, config }, news }: { readonly of: RunOf; readonly news: AuditNews },
  { world, call }: Invocation,
): Promise<void> {
  const [link] = linksOfAudit(audit, config);
  if (link === undefined) throw new TypeError(`expected a pair ${audit.pair} with a destination`);
  const finding = auditFinding(news, { audit, run, source: link.source });
  const book = await openAlertBook(world, `open-audit-${audit.name}`, call);
  const publish = async (topic: string, findings: readonly Finding[]): Promise<void> => {
    const actions = toAlerts(findings, { all: findings, threshold: config.alerts.severity });
    await book.publish(topic, { findings, actions }, call);
  };
  const isViolated = finding.verdict === 'violated';
  if (!isViolated) await world.alerts.open({ finding, severity: 'info', state: 'noted' }, call);
  const opened = isViolated ? [finding] : [];
  if (news.kind === 'finished') {
    await publish(BEGINNINGS, []);
    await publish(ENDS, opened);
  } else {
    await publish(BEGINNINGS, opened);
    book.keep(ENDS);
  }
  await book.save(call);
}
