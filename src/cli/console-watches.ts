import type { Feed } from '../console/feed.ts';
import type { Watch } from '../console/poll.ts';
import type { KmsView, LinkView, StackView } from '../console/view.ts';
import { HoldfastError } from '../errors.ts';
import { isAlive } from '../model/heartbeat.ts';
import { loadsOf } from '../model/kms-load.ts';
import type { Link } from '../model/link.ts';
import type { Call } from '../ports.ts';
import { isMissingTable } from '../adapters/aws/translate-error.ts';
import { toAuditView } from './audit-view.ts';
import { reportLink } from './link-report.ts';
import { rememberMeasurements } from './remember-measurements.ts';
import { auditsOf, reportAudits } from './report-audits.ts';
import type { Services } from './services.ts';
import { toAccessPointView, toLinkView } from './console-views.ts';
import { reportRoutes } from './route-report.ts';

/** How often each is looked at, in milliseconds. KMS usage is published by the minute, and asking for metrics costs. */
const RHYTHM = { links: 10_000, alerts: 5_000, audits: 10_000, keys: 60_000, stacks: 30_000, routes: 30_000 } as const;

/** How far back alerts are read when the console starts, in milliseconds. */
const LOOK_BACK_MS = 24 * 3_600_000;

/** Alerts are kept under the time when they were rendered: some come that much later. In milliseconds. */
const LATE_MS = 2 * 60_000;

/** Time that is looked back on for KMS, in minutes. */
const KMS_MINUTES = 60;

export interface WatchQuestion {
  readonly stage: string;
  readonly links: readonly Link[];
  readonly overdueAfterMs: number;
}

export interface WatchTools {
  readonly services: Services;
  readonly feed: Feed;
  readonly call: Call;
}

/** Everything that the console looks at, each with its rhythm. */
export function consoleWatches(question: WatchQuestion, tools: WatchTools): readonly Watch[] {
  const { links } = question;
  const buckets = links.flatMap(({ source, destination }) => [source, destination]);
  const regions = [...new Set(buckets.map(({ region }) => region))].toSorted();
  return [
    watchLinks(question, tools),
    watchStacks(regions, question, tools),
    watchKeys(regions, question, tools),
    ...(auditsOf(tools.services, pairsOf(question)).length === 0 ? [] : [watchAudits(question, tools)]),
    ...(tools.services.config.mraps.length === 0 ? [] : [watchRoutes(question, tools)]),
    ...regions.map((region) => watchAlerts(region, question, tools)),
  ];
}

function watchLinks({ links, stage, overdueAfterMs }: WatchQuestion, { services: all, feed, call }: WatchTools): Watch {
  const stack = all.stack(stage);
  const remembering = { ...stack, meter: rememberMeasurements(stack.meter, all.clock) };
  const services: Services = { ...all, stack: () => remembering };
  return {
    what: 'links',
    everyMs: RHYTHM.links,
    async look() {
      const asked = { stage, overdueAfterMs, list: 0 };
      const reports = await Promise.all(links.map(async (link) => reportLink(link, asked, { services, call })));
      const views: readonly LinkView[] = reports.map((report) => toLinkView(report));
      feed.publish({ kind: 'links', at: services.clock.now().toISOString(), links: views });
    },
  };
}

function watchAudits(question: WatchQuestion, { services, feed, call }: WatchTools): Watch {
  return {
    what: 'audits',
    everyMs: RHYTHM.audits,
    async look() {
      const { stage } = question;
      const reports = await reportAudits({ stage, pairs: pairsOf(question) }, { services, call });
      const audits = reports.map((report) => toAuditView(report));
      feed.publish({ kind: 'audits', at: services.clock.now().toISOString(), audits });
    },
  };
}

function pairsOf({ links }: WatchQuestion): ReadonlySet<string> {
  return new Set(links.map(({ pair }) => pair));
}

function watchRoutes({ stage }: WatchQuestion, { services, feed, call: { signal } }: WatchTools): Watch {
  return {
    what: 'routes',
    everyMs: RHYTHM.routes,
    async look() {
      const { mraps } = services.config;
      const accessPoints = await Promise.all(
        mraps.map(async (mrap) => toAccessPointView(await reportRoutes({ mrap, services }, { stage, signal }))),
      );
      feed.publish({ kind: 'routes', at: services.clock.now().toISOString(), accessPoints });
    },
  };
}

function watchAlerts(region: string, { stage }: WatchQuestion, { services, feed, call }: WatchTools): Watch {
  const history = services.stack(stage).alertsIn(region);
  let since = new Date(services.clock.now().getTime() - LOOK_BACK_MS);
  return {
    what: `alerts of ${region}`,
    everyMs: RHYTHM.alerts,
    async look() {
      const until = services.clock.now();
      try {
        feed.addAlerts(await history.recent({ since, until }, call));
      } catch (error) {
        if (!isMissingTable(error)) throw error;
        throw new HoldfastError('unavailable', 'console', `no stack of stage ${stage} is there`, { cause: error });
      }
      since = new Date(until.getTime() - LATE_MS);
    },
  };
}

function watchKeys(regions: readonly string[], { links }: WatchQuestion, { services, feed, call }: WatchTools): Watch {
  const buckets = links.flatMap(({ source, destination }) => [source, destination]);
  const encrypted = buckets.filter(({ kmsKeys }) => kmsKeys.length > 0);
  const withKeys = regions.filter((region) => encrypted.some((bucket) => bucket.region === region));

  async function look(region: string): Promise<KmsView> {
    const until = services.clock.now();
    const named = new Set(encrypted.filter((bucket) => bucket.region === region).map(({ bucket }) => bucket));
    const usage = await services.usage.kms(region, { until, windowMs: KMS_MINUTES * 60_000, ...call });
    const view = { region, buckets: [...named].toSorted() };
    if (usage.state !== 'present') {
      const unknown = usage.state === 'absent' ? 'nothing was published' : usage.reason;
      return { ...view, minutes: [], unknown };
    }
    const loads = loadsOf(usage.value, { until, minutes: KMS_MINUTES });
    const minutes = loads.map(({ at, load }) => ({ at: at.toISOString(), load }));
    return { ...view, quotaPerSecond: usage.value.quotaPerSecond, minutes };
  }

  return {
    what: 'KMS usage',
    everyMs: RHYTHM.keys,
    async look() {
      const views = await Promise.all(withKeys.map(look));
      feed.publish({ kind: 'keys', at: services.clock.now().toISOString(), regions: views });
    },
  };
}

function watchStacks(
  regions: readonly string[],
  { stage }: WatchQuestion,
  { services, feed, call }: WatchTools,
): Watch {
  const { heartbeats, lanes } = services.stack(stage);

  async function look(region: string): Promise<StackView> {
    const until = services.clock.now();
    const [beat, found] = await Promise.all([
      heartbeats.last(region, call).catch((error: unknown) => {
        if (error instanceof HoldfastError) return 'unknown' as const;
        throw error;
      }),
      lanes.lanes(region, { until, ...call }),
    ]);
    const heart =
      beat === 'unknown' || beat === undefined
        ? { alive: 'unknown' as const }
        : { alive: isAlive(beat, until) ? ('yes' as const) : ('no' as const), heartbeatAt: beat.at.toISOString() };
    if (found.state === 'present') return { region, ...heart, lanes: found.value };
    const unknown = found.state === 'absent' ? `no stack of stage ${stage} is there` : found.reason;
    return { region, ...heart, lanes: [], unknown };
  }

  return {
    what: 'stacks',
    everyMs: RHYTHM.stacks,
    async look() {
      feed.publish({
        kind: 'stacks',
        at: services.clock.now().toISOString(),
        stacks: await Promise.all(regions.map(look)),
      });
    },
  };
}
