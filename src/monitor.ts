import { perform } from './act/perform.ts';
import { checks } from './checks/index.ts';
import { type Budget, gatherFacts } from './gather/gather-facts.ts';
import { parseLook } from './ingest/look-message.ts';
import { parseNotification } from './ingest/s3-notification.ts';
import type { Config } from './model/config.ts';
import type { Inspection } from './model/facts.ts';
import { linksFrom } from './model/link.ts';
import { firstLook, type Look } from './model/look.ts';
import { alertPoisoned, decide } from './policy/decide.ts';
import { describedObjects } from './policy/described-object.ts';
import { routeOf } from './policy/event-route.ts';
import { withRemedy } from './policy/with-remedy.ts';
import { policyFor } from './policy/verify-rule.ts';
import type { Ports } from './ports.ts';

export type { Budget } from './gather/gather-facts.ts';

export interface Monitor {
  /**
   * Takes one message: a notification of S3 in any envelope, or a look of our own. Unreadable records are set aside with the
   * reason, the readable ones beside them are inspected. Resolves when everything in it is durable.
   */
  receive(body: string, budget: Budget): Promise<void>;
  /**
   * Makes one look at one object version and does what its findings ask for. `undefined`: this very look was settled before,
   * or is not due yet and was put back. May be repeated after a failure at any point; throws `HoldfastError` only for trouble
   * of our own.
   */
  inspect(look: Look, budget: Budget): Promise<Inspection | undefined>;
}

const needs = new Set(checks.flatMap((check) => check.needs));

export function createMonitor(ports: Ports, config: Config): Monitor {
  const monitor: Monitor = {
    async receive(body, budget) {
      const looks = await parseMessage(body, ports, { config, budget });
      await Promise.all(looks.map(async (look) => monitor.inspect(look, budget)));
    },
    async inspect(look, budget) {
      if (look.dueAt !== undefined && look.dueAt > ports.clock.now()) {
        await ports.looks.enqueue(look, budget); // longer than a queue can delay
        return undefined;
      }
      if (await ports.ledger.isSettled(look, budget)) return undefined; // a duplicate; another version is never one
      const rule = policyFor(config, look.event.object);
      const facts = await gatherFacts(
        {
          look,
          rule,
          needs,
          looks: routeOf(look.event.kind) === 'inspect',
          links: linksFrom(config, look.event.object.bucket),
        },
        ports,
        budget,
      );
      const findings = checks.flatMap((check) => check.run(facts)).map((finding) => withRemedy(finding, facts));
      const threshold = config.alerts.severity;
      const actions = decide({ look, facts, findings, threshold, now: ports.clock.now() });
      for (const action of actions) await perform(action, ports, budget); // alerts, looks to come, baselines
      await ports.ledger.settle(look, budget); // last: a crash before this line means redelivery, not silence
      ports.journal.inspected({ look, facts, findings });
      return { look, facts, findings };
    },
  };
  return monitor;
}

/** Looks that a message asks for. What cannot be read is set aside and reported before the message is acknowledged. */
async function parseMessage(body: string, ports: Ports, { config, budget }: Circumstances): Promise<readonly Look[]> {
  const look = parseLook(body);
  if (look !== undefined) return [look];
  const { events, rejected } = parseNotification(body);
  for (const { reason, record } of rejected) {
    await ports.poison.setAside({ body: typeof record === 'string' ? record : JSON.stringify(record), reason }, budget);
    const actions = alertPoisoned(reason, ports.region, config.alerts.severity);
    for (const action of actions) await perform(action, ports, budget);
    ports.journal.setAside(reason);
  }
  for (const event of events) if (routeOf(event.kind) === 'acknowledge') ports.journal.acknowledged(event);
  for (const event of events)
    for (const each of describedObjects(event, config)) await ports.looks.enqueue(each, budget);
  return events.filter(({ kind }) => routeOf(kind) !== 'acknowledge').map((event) => firstLook(event));
}

interface Circumstances {
  readonly config: Config;
  readonly budget: Budget;
}
