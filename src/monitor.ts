import { createThrottleCount } from './act/count-throttle.ts';
import { perform } from './act/perform.ts';
import { checks } from './checks/index.ts';
import { createProgress } from './act/tell-progress.ts';
import { HoldfastError } from './errors.ts';
import { createBulkLinks } from './gather/bulk-links.ts';
import { createSlowUntil } from './gather/slow-until.ts';
import { type Budget, gatherFacts } from './gather/gather-facts.ts';
import { parseLook } from './ingest/look-message.ts';
import { parsePeerMessage } from './ingest/peer-message.ts';
import { parseNotification } from './ingest/s3-notification.ts';
import type { Config } from './model/config.ts';
import type { Inspection } from './model/facts.ts';
import type { ObjectEvent } from './model/event.ts';
import { type Link, linkId, linksFrom, linksTo } from './model/link.ts';
import { firstLook, type Look } from './model/look.ts';
import { alertPoisoned, decide, standing } from './policy/decide.ts';
import { withoutMisplacedBlame } from './policy/blame.ts';
import { describedObjects } from './policy/described-object.ts';
import { routeOf } from './policy/event-route.ts';
import { linksToFollow } from './policy/follow-up.ts';
import { newsOf } from './policy/peer-news.ts';
import { reachedLimit } from './policy/reached-limit.ts';
import { lagOf } from './policy/replication-lag.ts';
import { canWait, postponed } from './policy/slow-down.ts';
import { withRemedy } from './policy/with-remedy.ts';
import { policyFor } from './policy/verify-rule.ts';
import type { Ports } from './ports.ts';
import { type ChangeWatch, createChangeWatch } from './watch-changes.ts';

export type { Budget } from './gather/gather-facts.ts';

export interface Monitor {
  /**
   * Takes one message: a notification of S3 in any envelope, or a look of our own. Unreadable records are set aside with the
   * reason, the readable ones beside them are inspected. Resolves when everything in it is durable. `waitedMs`: how long the
   * message had waited in its queue when it was first taken, in milliseconds.
   */
  receive(body: string, budget: Budget, waitedMs?: number): Promise<void>;
  /**
   * Makes one look at one object version and does what its findings ask for. `undefined`: this very look was settled before,
   * or is not due yet and was put back. May be repeated after a failure at any point; throws `HoldfastError` only for trouble
   * of our own.
   */
  inspect(look: Look, budget: Budget): Promise<Inspection | undefined>;
}

/** Looks that follow a version ask about replicas and nothing else; all others about the version itself. */
const REPLICA_CHECKS = checks.filter(({ needs }) => needs.includes('replicas'));
const VERSION_CHECKS = checks.filter(({ needs }) => !needs.includes('replicas'));
const NEEDS = new Set(checks.flatMap((check) => check.needs));

/** How long a look waits whose destination, or the stack there, cannot be reached, in milliseconds. */
const OUT_OF_REACH_MS = 15 * 60_000;

/** From which wait in its queue on a message shows that more comes than is worked off, in milliseconds. */
const FLOOD_AFTER_MS = 30_000;

export function createMonitor(ports: Ports, config: Config): Monitor {
  const bulkLinks = createBulkLinks(ports);
  const progress = createProgress(ports);
  const countThrottle = createThrottleCount(ports);
  const slowUntil = createSlowUntil(ports);
  const changes = createChangeWatch(ports, config);

  const monitor: Monitor = {
    async receive(body, budget, waitedMs = 0) {
      const own = parseLook(body);
      if (own !== undefined) {
        await monitor.inspect(own, budget);
        return;
      }
      const looks = await parseMessage(body, ports, { config, budget, changes });
      // What S3 reports about replication and loss waits behind creations; those have another lane to go to.
      const handOn = (look: Look): boolean => waitedMs > FLOOD_AFTER_MS && routeOf(look.event.kind) !== 'report';
      await Promise.all(
        looks.map(async (look) => (handOn(look) ? ports.looks.enqueue(look, budget) : monitor.inspect(look, budget))),
      );
    },
    async inspect(look, budget) {
      if (look.dueAt !== undefined && look.dueAt > ports.clock.now()) {
        await ports.looks.enqueue(look, budget); // longer than a queue can delay
        return undefined;
      }
      const later = canWait(look) ? postponed(look, await slowUntil(budget), ports.clock.now()) : undefined;
      if (later !== undefined) {
        await ports.looks.enqueue(later, budget); // KMS throttles, and others need it more
        return undefined;
      }
      if (await ports.ledger.isSettled(look, budget)) return undefined; // a duplicate; another version is never one
      try {
        return await makeLook(look, budget);
      } catch (error) {
        if (look.follow === undefined || !isOutOfReach(error)) throw error;
        // A Region is out, for hours perhaps: longer than redelivery lasts.
        const dueAt = new Date(ports.clock.now().getTime() + OUT_OF_REACH_MS);
        await ports.looks.enqueue({ ...look, dueAt }, budget);
        return undefined;
      }
    },
  };

  async function makeLook(look: Look, budget: Budget): Promise<Inspection> {
    const { object, kind } = look.event;
    const now = ports.clock.now();
    const rule = policyFor(config, object);
    const links = linksOfLook(look, config);
    const bulk = isFollowedAlone(look) ? await bulkLinks(links, budget) : new Set<string>();
    const arrivals = kind === 'created' && look.purpose === 'first' ? linksTo(config, object.bucket) : [];
    const facts = await gatherFacts(
      {
        look,
        rule,
        needs: NEEDS,
        looks: routeOf(kind) === 'inspect',
        links: links.filter((link) => !bulk.has(linkId(link))),
        arrivals,
        now,
      },
      ports,
      budget,
    );
    const asked = look.follow === undefined ? VERSION_CHECKS : REPLICA_CHECKS;
    const judged = withoutMisplacedBlame(
      asked.flatMap((check) => check.run(facts)),
      facts,
      linksFrom(config, object.bucket),
    );
    const found = judged.map((finding) => withRemedy(finding, facts));
    const actions = decide({ look, facts, findings: found, threshold: config.alerts.severity, now, links, bulk });
    for (const action of actions) await perform(action, ports, budget); // alerts, looks to come, pending versions, baselines
    await ports.alerts.heal(found, budget);
    await progress(look, links, budget);
    const isNew = await ports.ledger.settle(look, budget); // last: a crash before this line means redelivery, not silence
    if (isNew) await changes.looked(look, facts, budget);
    await countThrottle(reachedLimit(found), budget);
    const findings = standing(found, facts);
    ports.journal.inspected({ look, facts, findings });
    const lag = lagOf(look, facts, arrivals);
    if (lag !== undefined) ports.journal.replicated(lag);
    return { look, facts, findings };
  }

  return monitor;
}

/** From the bucket of the version; of a look that follows, those that it names and that are still configured. */
function linksOfLook({ event, follow }: Look, config: Config): readonly Link[] {
  const from = linksFrom(config, event.object.bucket);
  return follow === undefined ? from : from.filter((link) => follow.links.includes(linkId(link)));
}

/** A difference that was seen is looked at again however much is on its way. */
function isFollowedAlone({ follow, suspicion }: Look): boolean {
  return follow !== undefined && suspicion === undefined;
}

/** The other end does not answer: nothing was learnt about the version, and nothing is wrong with us. */
function isOutOfReach(error: unknown): boolean {
  return (
    error instanceof HoldfastError &&
    error.kind === 'unavailable' &&
    /^(?:ObjectStore|BucketStore|Peers)\./.test(error.operation)
  );
}

/** Looks that a notification asks for. What cannot be read is set aside and reported before the message is acknowledged. */
async function parseMessage(
  body: string,
  ports: Ports,
  { config, budget, changes }: Circumstances,
): Promise<readonly Look[]> {
  const news = parsePeerMessage(body);
  if (news !== undefined) {
    await perform(newsOf(news), ports, budget);
    return [];
  }
  const { events, rejected } = parseNotification(body);
  for (const { reason, record } of rejected) {
    await ports.poison.setAside({ body: typeof record === 'string' ? record : JSON.stringify(record), reason }, budget);
    const actions = alertPoisoned(reason, ports.region, config.alerts.severity);
    for (const action of actions) await perform(action, ports, budget);
    ports.journal.setAside(reason);
  }
  const acknowledged = events.filter((event) => !asksForLook(event, config));
  for (const event of acknowledged) ports.journal.acknowledged(event);
  await changes.acknowledged(acknowledged, budget);
  for (const event of events)
    for (const each of describedObjects(event, config)) await ports.looks.enqueue(each, budget);
  return events.filter((event) => asksForLook(event, config)).map((event) => firstLook(event));
}

function asksForLook(event: ObjectEvent, config: Config): boolean {
  const route = routeOf(event.kind);
  if (route === 'follow') return linksToFollow(event, linksFrom(config, event.object.bucket)).length > 0;
  return route !== 'acknowledge';
}

interface Circumstances {
  readonly config: Config;
  readonly budget: Budget;
  readonly changes: ChangeWatch;
}
