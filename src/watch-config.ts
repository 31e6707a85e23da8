import { openAlertBook } from './act/alert-book.ts';
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

const NOTE = 'open-configuration';

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
  const book = await openAlertBook(ports, NOTE, call);
  const watched: WatchedLink[] = [];
  const errors: unknown[] = [];
  for (const { link, needs } of assignments(config, ports.region)) {
    const id = linkId(link);
    try {
      const facts = await gatherPair({ link, config, needs }, ports, call);
      const findings = pairChecks.flatMap((check) => check.run(facts));
      const actions = toAlerts(findings, { all: findings, threshold: config.alerts.severity });
      const opened = await book.publish(id, { findings, actions }, call);
      watched.push({ link: id, findings, opened });
    } catch (error) {
      errors.push(error);
      book.keep(id); // nothing was learnt
    }
  }
  await book.save(call);
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
