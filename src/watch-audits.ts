import { openAlertBook } from './act/alert-book.ts';
import type { AuditConfig, Config, PairConfig } from './model/config.ts';
import type { Finding } from './model/finding.ts';
import { toAuditStatus } from './policy/audit-status.ts';
import { overdueAudit } from './policy/overdue-audit.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { AuditBook, Call, Ports } from './ports.ts';

/** What the watch of audits asks of the world. */
export interface AuditWatchPorts extends Pick<Ports, 'region' | 'clock' | 'alerts' | 'notes'> {
  readonly audits: Pick<AuditBook, 'runs'>;
}

/** Runs that are looked at of each audit: among so many that were refused or failed, one that finished is long ago. */
const MOST_RUNS = 50;

const ALERTS = 'open-audits';
const SCHEDULES = 'audit-schedules';

/** Longer than the rarest schedule, in milliseconds: it is written anew in every run. */
const KEPT_FOR_MS = 400 * 86_400_000;

/** Since when an audit has had its schedule. */
interface Seen {
  readonly schedule: string;
  readonly since: string;
}

/**
 * Tells people of audits whose pair has its source in this Region and that come to no end any more. Answers what it found; may be
 * repeated.
 */
export async function watchAudits(
  ports: AuditWatchPorts,
  config: Pick<Config, 'pairs' | 'audits' | 'alerts'>,
  call: Call,
): Promise<readonly Finding[]> {
  const audits = auditsIn(config, ports.region);
  const before = parse(await ports.notes.get(SCHEDULES, call));
  if (audits.length === 0 && Object.keys(before).length === 0) return []; // there never were any, or nothing is left of them
  const now = ports.clock.now();
  const seen: Record<string, Seen> = {};
  const book = await openAlertBook(ports, ALERTS, call);
  const found: Finding[] = [];
  for (const { audit, source } of audits) {
    const schedule = `${audit.schedule} ${audit.timezone}`;
    const known = before[audit.name];
    const since = (known?.schedule === schedule ? known.since : undefined) ?? now.toISOString();
    seen[audit.name] = { schedule, since };
    const runs = await ports.audits.runs(audit.name, { ...call, atMost: MOST_RUNS });
    const overdue = overdueAudit(audit, toAuditStatus({ audit, runs, now, since: new Date(since) }), source);
    const findings = overdue === undefined ? [] : [overdue];
    const actions = toAlerts(findings, { all: findings, threshold: config.alerts.severity });
    await book.publish(audit.name, { findings, actions }, call);
    found.push(...findings);
  }
  await book.save(call);
  await ports.notes.put(SCHEDULES, JSON.stringify(seen), { ...call, keepForMs: KEPT_FOR_MS });
  return found;
}

interface Assigned {
  readonly audit: AuditConfig;
  readonly source: PairConfig['source'];
}

function auditsIn({ audits = [], pairs }: Pick<Config, 'audits' | 'pairs'>, region: string): readonly Assigned[] {
  return audits.flatMap((audit): readonly Assigned[] => {
    const source = pairs.find(({ name }) => name === audit.pair)?.source;
    return source?.region === region ? [{ audit, source }] : [];
  });
}

/** What an earlier run left; an unreadable note is none, and every schedule is young. */
function parse(note: string | undefined): Readonly<Record<string, Partial<Seen>>> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this note
    return JSON.parse(note ?? '{}') as Readonly<Record<string, Partial<Seen>>>;
  } catch {
    return {};
  }
}
