import { fingerprintOf, openAlert } from './act/perform.ts';
import { pairChecks } from './checks/pair/index.ts';
import { gatherPair, type PairPorts } from './gather/gather-pair.ts';
import type { Config } from './model/config.ts';
import type { Finding, FindingCode } from './model/finding.ts';
import { type Link, linkId, linksOf } from './model/link.ts';
import type { PairFactName } from './model/pair-facts.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { Call, Ports } from './ports.ts';

/** What the watch of the configuration asks of the world. */
export interface ConfigWatchPorts extends PairPorts, Pick<Ports, 'region' | 'alerts' | 'notes'> {}

/** What one run did about one link. */
export interface WatchedLink {
  readonly link: string;
  readonly findings: readonly Finding[];
  /** Codes of the alerts that went out now; what was open before is not repeated. */
  readonly opened: readonly FindingCode[];
}

/** Everything that the checks of pairs ask for. */
export const allPairFacts: ReadonlySet<PairFactName> = new Set(pairChecks.flatMap((check) => check.needs));

/** What can only be told in the Region of the destination, whose stack hears of arrivals. */
const NEEDS_OF_ARRIVALS: ReadonlySet<PairFactName> = new Set(['destination.notifications', 'signals.destination']);

/** How long it is remembered what is open, in milliseconds: longer than a watch is ever down without anybody noticing. */
const KEPT_FOR_MS = 14 * 24 * 3_600_000;

const NOTE = 'open-configuration';

/** An alert that went out and whose cause is still there. */
interface Open {
  readonly fingerprint: string;
  readonly code: FindingCode;
}

/** By link. */
type OpenByLink = Readonly<Record<string, readonly Open[]>>;

/**
 * Looks at how the pairs are set up whose source is in this Region, and at what the other destinations here tell us of. Publishes
 * what is new, and again what was gone in between; what could not be judged this time leaves open what was open. A link that
 * cannot be looked at holds up no other: its error is thrown at the end. May be repeated.
 */
export async function watchConfig(
  ports: ConfigWatchPorts,
  config: Pick<Config, 'pairs' | 'alerts'>,
  call: Call,
): Promise<readonly WatchedLink[]> {
  const before = parseOpen(await ports.notes.get(NOTE, call));
  const published = new Set(Object.values(before).flatMap((open) => open.map(({ fingerprint }) => fingerprint)));
  const after: Record<string, readonly Open[]> = {};
  const watched: WatchedLink[] = [];
  const errors: unknown[] = [];
  for (const { link, needs } of assignments(config, ports.region)) {
    const id = linkId(link);
    const wasOpen = before[id] ?? [];
    try {
      const facts = await gatherPair({ link, config, needs }, ports, call);
      const findings = pairChecks.flatMap((check) => check.run(facts));
      const { open, opened } = await publish(findings, { ports, published, threshold: config.alerts.severity }, call);
      after[id] = [...open, ...stillOpen(wasOpen, open, findings)];
      watched.push({ link: id, findings, opened });
    } catch (error) {
      errors.push(error);
      after[id] = wasOpen; // nothing was learnt
    }
  }
  await ports.notes.put(NOTE, JSON.stringify(after), { ...call, keepForMs: KEPT_FOR_MS });
  if (errors.length > 0) throw errors[0];
  return watched;
}

interface Assignment {
  readonly link: Link;
  readonly needs: ReadonlySet<PairFactName>;
}

function assignments(config: Pick<Config, 'pairs'>, region: string): readonly Assignment[] {
  return linksOf(config).flatMap((link): readonly Assignment[] => {
    if (link.source.region === region) return [{ link, needs: allPairFacts }];
    return link.destination.region === region ? [{ link, needs: NEEDS_OF_ARRIVALS }] : [];
  });
}

interface Publishing {
  readonly ports: Pick<ConfigWatchPorts, 'alerts' | 'clock'>;
  /** Fingerprints that went out before; grows. */
  readonly published: Set<string>;
  readonly threshold: Config['alerts']['severity'];
}

async function publish(
  findings: readonly Finding[],
  { ports, published, threshold }: Publishing,
  call: Call,
): Promise<{ readonly open: readonly Open[]; readonly opened: readonly FindingCode[] }> {
  const open: Open[] = [];
  const opened: FindingCode[] = [];
  for (const action of toAlerts(findings, { all: findings, threshold })) {
    if (action.kind !== 'alert') continue;
    const { code } = action.alert.finding;
    const fingerprint = fingerprintOf(action.alert);
    open.push({ fingerprint, code });
    if (published.has(fingerprint)) continue;
    await openAlert(action.alert, ports, call);
    published.add(fingerprint);
    opened.push(code);
  }
  return { open, opened };
}

/** What was open and could not be judged this time has not gone. */
function stillOpen(before: readonly Open[], now: readonly Open[], findings: readonly Finding[]): readonly Open[] {
  const unjudged = new Set(findings.filter(({ verdict }) => verdict === 'unverifiable').map(({ code }) => code));
  const shown = new Set(now.map(({ fingerprint }) => fingerprint));
  return before.filter(({ fingerprint, code }) => unjudged.has(code) && !shown.has(fingerprint));
}

/** What an earlier run left; an unreadable note is none, and what is open goes out once more. */
function parseOpen(note: string | undefined): OpenByLink {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this note
    return JSON.parse(note ?? '{}') as OpenByLink;
  } catch {
    return {};
  }
}
