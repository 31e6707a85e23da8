import { openAlertBook } from './act/alert-book.ts';
import type { RoutingFacts } from './gather/gather-routing.ts';
import type { Config, MrapConfig } from './model/config.ts';
import type { RouteTable, RoutingDecision } from './model/routing.ts';
import { planFailback } from './policy/failback.ts';
import { routeDrift } from './policy/route-drift.ts';
import { routingFindings } from './policy/routing-findings.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { Call, KeptChange, Ports } from './ports.ts';
import { toSituation } from './steer-situation.ts';

export interface Round {
  readonly facts: RoutingFacts;
  readonly decision: RoutingDecision;
  readonly routes: RouteTable | undefined;
  /** The last change that the control plane took. */
  readonly last: KeptChange | undefined;
  /** Whether it is this controller that tells people. */
  readonly speaks: boolean;
}

/** Tells people what is new about an access point, and what is no more. Asks the ledger only when something has changed. */
export function createNews(
  mrap: MrapConfig,
  ports: Pick<Ports, 'alerts' | 'clock' | 'notes'>,
  config: Pick<Config, 'alerts'>,
): (round: Round, call: Call) => Promise<void> {
  let told: string | undefined;
  return async ({ facts, decision, routes, last, speaks }, call) => {
    const isQuiet = decision.action === 'stay';
    // Who speaks no more leaves what it has opened until all is well again.
    if (!speaks && !isQuiet) return;
    const back =
      last?.recoveredAt === undefined ? {} : { back: planFailback(toSituation(facts, routes), { conflicts: 'later' }) };
    const news = { mrap: mrap.name, decision, ...(last === undefined ? {} : { last }), ...back, now: facts.now };
    // Without the ledger nobody knows what the last change was.
    const drift = facts.ledgerReachable ? routeDrift({ mrap, routes, history: facts.history }) : undefined;
    const findings = speaks ? [...routingFindings(news), ...(drift === undefined ? [] : [drift])] : [];
    const text = JSON.stringify(findings.map(({ code, subject, evidence }) => [code, subject, evidence['forbidding']]));
    if (text === told) return;
    const book = await openAlertBook(ports, `open-routing#${mrap.name}`, call);
    const actions = toAlerts(findings, { all: findings, threshold: config.alerts.severity });
    await book.publish(mrap.name, { findings, actions }, call);
    await book.save(call);
    told = text;
  };
}
