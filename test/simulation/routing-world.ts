import type { MrapConfig } from '../../src/model/config.ts';
import type { Checkpoint } from '../../src/model/pending.ts';
import type { Guard, Probe, Route, RouteChange, RoutingDecision, RoutingSituation } from '../../src/model/routing.ts';
import { planFailback } from '../../src/policy/failback.ts';
import { planFailover } from '../../src/policy/route-plan.ts';
import { decideRoutes } from '../../src/policy/routing.ts';
import { anMrap, EAST, NORTH, WEST, WITNESS } from '../support/routing.ts';

export type Trouble = 'none' | 'data' | 'kms' | 'throttled' | 'whole';
export type Kind = 'active-passive' | 'active-active' | 'three Regions' | 'advise';

export const KINDS: readonly Kind[] = ['active-passive', 'active-active', 'three Regions', 'advise'];

const ROUND_MS = 10_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** How far a controller's clock can be behind or ahead of the rest of a quorum unnoticed: see `FUTURE_MS` and `STALE_MS`. */
const BEHIND_MS = 30_000;
const AHEAD_MS = 2 * MINUTE_MS;

/** What is really on its way over one link, and what was last told of it. */
interface SimulatedLink {
  readonly from: string;
  readonly to: string;
  versions: number;
  /** Creation time of the oldest that has not arrived. */
  oldestAt: number | undefined;
  /** Whether the destination counts. */
  counted: boolean;
  /** Since when the looks of the source tell nothing: what was written later is on no list. */
  stalledAt: number | undefined;
  checkpoint: Checkpoint | undefined;
  toldAt: number;
}

interface Looked {
  readonly failed: boolean;
  readonly reachedElsewhere: boolean;
}

/**
 * Regions, observers with clocks of their own, a ledger in the witness Region and routes. Every controller decides in every round by
 * what it can see; what it does is judged by what is true, which it cannot see.
 */
export class RoutingWorld {
  readonly mrap: MrapConfig;
  readonly regions: readonly string[];
  readonly decisions: Record<RoutingDecision['action'], number> = { stay: 0, blocked: 0, advise: 0, switch: 0 };
  /** What must never happen, in words. */
  readonly violations: string[] = [];
  /** When routes were really changed, and by whom. */
  readonly changes: { readonly at: number; readonly by: RouteChange['by'] }[] = [];
  nowMs: number = Date.UTC(2026, 10, 2);
  routes: readonly Route[];
  readonly #trouble = new Map<string, Trouble>();
  readonly #partitions = new Set<string>();
  /** The one clock that is off, and by how much. */
  #skew: { readonly observer: string; readonly ms: number } | undefined;
  readonly #links: readonly SimulatedLink[];
  readonly #looks = new Map<string, Looked[]>();
  #probes: Probe[] = [];
  readonly #history: RouteChange[] = [];
  #frozenUntil = 0;
  #isReady = true;

  constructor(kind: Kind) {
    this.regions = kind === 'three Regions' ? [EAST, WEST, NORTH] : [EAST, WEST];
    const mode = kind === 'advise' ? 'advise' : 'automatic';
    const observers = [...this.regions, WITNESS];
    this.mrap = anMrap({ mode, quorum: Math.floor(observers.length / 2) + 1 }, { observers });
    this.routes = this.regions.map((region, index) => {
      const dial = index === 0 || kind === 'active-active' ? 100 : 0;
      return { region, bucket: `orders-${region}`, dial };
    });
    this.#links = this.regions.flatMap((from) =>
      this.regions
        .filter((to) => to !== from)
        .map((to) => ({
          from,
          to,
          versions: 0,
          oldestAt: undefined,
          counted: true,
          stalledAt: undefined,
          checkpoint: undefined,
          toldAt: 0,
        })),
    );
    this.rounds(5);
  }

  set(region: string, trouble: Trouble): void {
    this.#trouble.set(region, trouble);
  }

  partition(observer: string, region: string, on: boolean): void {
    if (on) this.#partitions.add(`${observer} ${region}`);
    else this.#partitions.delete(`${observer} ${region}`);
  }

  skew(observer: string, ms: number): void {
    this.#skew = { observer, ms };
  }

  /** From now on so many versions are on their way over a link; they stay there. */
  pile(index: number, versions: number): void {
    const link = this.#links[index % this.#links.length];
    if (link === undefined) return;
    link.versions = versions;
    link.oldestAt = versions === 0 ? undefined : (link.oldestAt ?? this.nowMs);
  }

  count(index: number, counted: boolean): void {
    const link = this.#links[index % this.#links.length];
    if (link !== undefined) link.counted = counted;
  }

  stall(index: number, on: boolean): void {
    const link = this.#links[index % this.#links.length];
    if (link !== undefined) link.stalledAt = on ? (link.stalledAt ?? this.nowMs) : undefined;
  }

  /** What a plain outage is: the Region with the traffic fails, the others are well. */
  failActive(trouble: Trouble): void {
    for (const region of [...this.regions, WITNESS]) this.set(region, 'none');
    this.#partitions.clear();
    this.set(this.routes.find(({ dial }) => dial > 0)?.region ?? EAST, trouble);
  }

  /** An observer that reaches no bucket, and the ledger all the same. */
  cutOff(observer: string): void {
    for (const region of this.regions) if (region !== observer) this.partition(observer, region, true);
  }

  freeze(ms: number): void {
    this.#frozenUntil = this.nowMs + ms;
  }

  ready(isReady: boolean): void {
    this.#isReady = isReady;
  }

  /** Somebody who does not know Holdfast; the service refuses to leave no Region active. */
  changeElsewhere(active: readonly string[]): void {
    const to = this.routes.map((each) => ({ ...each, dial: active.includes(each.region) ? 100 : 0 }));
    if (to.some(({ dial }) => dial > 0)) this.#apply(to, { by: 'elsewhere', clockMs: 0 });
  }

  /** A person who accepts whatever is lost. */
  personFailsOver(to: string): void {
    const plan = planFailover(this.#situation(WITNESS), { to, acceptLoss: 'unknown' });
    if (plan.outcome === 'allowed' && plan.to !== undefined) this.#apply(plan.to, { by: 'person', clockMs: 0 });
  }

  personFailsBack(): void {
    const plan = planFailback(this.#situation(WITNESS), { conflicts: 0 });
    if (plan.outcome === 'allowed' && plan.to !== undefined)
      this.#apply(plan.to, { by: 'person', clockMs: 0, kind: 'failback' });
  }

  /** Time passes without anybody looking, as while every function is throttled. */
  pass(ms: number): void {
    this.nowMs += ms;
    this.rounds(1);
  }

  rounds(count: number): void {
    for (let round = 0; round < count; round += 1) this.#round();
  }

  /** Everything is well again, long enough for every limit to be over. */
  heal(): void {
    for (const region of [...this.regions, WITNESS]) this.set(region, 'none');
    this.#partitions.clear();
    this.#skew = undefined;
    this.#frozenUntil = 0;
    this.#isReady = true;
    for (const link of this.#links)
      Object.assign(link, { versions: 0, oldestAt: undefined, counted: true, stalledAt: undefined });
    this.pass(DAY_MS + 10 * MINUTE_MS);
    this.rounds(7);
  }

  #round(): void {
    this.nowMs += ROUND_MS;
    for (const link of this.#links) this.#tell(link);
    for (const observer of this.mrap.observers) if (this.#runs(observer)) this.#look(observer);
    this.#probes = this.#probes.filter(({ at }) => Math.abs(at.getTime() - this.nowMs) < 15 * MINUTE_MS).slice(-160);
    // Every controller has read before the first of them acts.
    const situations = this.mrap.observers
      .filter((observer) => this.#runs(observer))
      .map((observer) => [observer, this.#situation(observer)] as const);
    for (const [observer, situation] of situations) this.#steer(observer, situation);
    if (!this.routes.some(({ dial }) => dial > 0)) this.violations.push('no Region is active');
  }

  #steer(observer: string, situation: RoutingSituation): void {
    const decision = decideRoutes(situation);
    this.decisions[decision.action] += 1;
    this.violations.push(...unexplained(decision), ...this.#forgotten(decision, situation));
    if (decision.action !== 'switch' || decision.to === undefined) return;
    if (situation.routes?.routes !== this.routes) return; // somebody has acted since: the second claim is refused
    this.#judge(decision);
    this.#apply(decision.to, { by: 'automatic', clockMs: this.#skewOf(observer) });
  }

  /** What the ledger has outside the Region that fails, and the decision does not know of. */
  #forgotten({ away, reasons }: RoutingDecision, { ledgerReachable }: RoutingSituation): readonly string[] {
    if (away === undefined || !ledgerReachable) return [];
    const text = (guard: Guard): string => reasons.find((reason) => reason.guard === guard)?.text ?? '';
    const complaints: string[] = [];
    if (reasons.length < 13) complaints.push(`${reasons.length} guards were asked`);
    if (this.changes.length > 0 && text('cool-down').includes('no change')) complaints.push('forgot what was changed');
    if (/never counted|nothing is known/.test(text('backlog-known'))) complaints.push('forgot what was counted');
    return complaints;
  }

  /** Whether an automatic change was right, by what is true. */
  #judge({ to = [] }: RoutingDecision): void {
    const { coolDownMs, flaps, rpoMs, quorum, confirmations, mode } = this.mrap.failover;
    const isActive = (routes: readonly Route[], region: string): boolean =>
      routes.some((route) => route.region === region && route.dial > 0);
    const leaving = this.regions.filter((region) => isActive(this.routes, region) && !isActive(to, region));
    const last = this.changes.at(-1);
    const say = (text: string): unknown => this.violations.push(`${new Date(this.nowMs).toISOString()}: ${text}`);
    if (mode !== 'automatic') say(`switched in mode ${mode}`);
    if (leaving.length === 0) say('left no Region');
    if (last !== undefined && this.nowMs - last.at < coolDownMs) say('two changes within the cool-down');
    const lately = this.changes.filter(({ by, at }) => by === 'automatic' && this.nowMs - at < DAY_MS);
    if (lately.length >= flaps) say(`${lately.length + 1} automatic changes within a day`);
    if (this.#frozenUntil > this.nowMs + AHEAD_MS) say('switched while frozen');
    for (const region of leaving) {
      const agree = this.mrap.observers.filter((observer) => {
        const looks = this.#looks.get(`${observer} ${region}`) ?? [];
        const failed = looks.filter((look) => look.failed && look.reachedElsewhere).length;
        return observer !== region && failed >= confirmations;
      });
      if (agree.length < quorum) say(`left ${region} with ${agree.length} observers against it`);
      for (const link of this.#links.filter(({ from, to: end }) => from === region && isActive(to, end))) {
        if (this.nowMs - link.toldAt > 3 * MINUTE_MS + BEHIND_MS) say(`switched on an unknown backlog of ${region}`);
        if (link.oldestAt !== undefined && this.nowMs - link.oldestAt > rpoMs + BEHIND_MS)
          say(`switched against the RPO budget of ${region}`);
      }
    }
  }

  #apply(
    to: readonly Route[],
    { by, clockMs, kind = 'failover' }: { by: RouteChange['by']; clockMs: number; kind?: RouteChange['kind'] },
  ): void {
    const at = new Date(this.nowMs + clockMs);
    const change = { mrap: this.mrap.name, id: String(this.#history.length), by, kind, from: this.routes, to } as const;
    this.#history.push({ ...change, decidedAt: at, submittedAt: at, acceptedAt: at, reasons: ['simulated'] });
    this.changes.push({ at: this.nowMs, by });
    this.routes = to;
  }

  /** The stack at the destination counts once a minute, while it can. */
  #tell(link: SimulatedLink): void {
    if (!link.counted || this.#trouble.get(link.to) === 'whole' || this.#trouble.get(WITNESS) === 'whole') return;
    if (this.nowMs - link.toldAt < MINUTE_MS) return;
    link.toldAt = this.nowMs;
    const skewMs = this.#skewOf(link.to);
    const isListed = link.oldestAt !== undefined && link.oldestAt < (link.stalledAt ?? Infinity);
    link.checkpoint = {
      link: `orders/${link.from}/${link.to}`,
      asOf: new Date(this.nowMs + skewMs),
      completeUpTo: new Date((link.stalledAt ?? this.nowMs) - 3 * MINUTE_MS),
      pendingVersions: isListed ? link.versions : 0,
      pendingBytes: isListed ? link.versions * 1_024 : 0,
      bulk: false,
      writeRate: { versions: 1, bytes: 1_024 },
      ...(isListed ? { oldestPendingAt: new Date(link.oldestAt ?? 0) } : {}),
    };
  }

  #look(observer: string): void {
    const seen = this.regions.map((region) => ({ region, ...this.#outcomeOf(observer, region) }));
    const at = new Date(this.nowMs + this.#skewOf(observer));
    for (const { region, plain, kms } of seen) {
      const reachedElsewhere = seen.some((other) => other.region !== region && other.plain !== 'failed');
      const looks = this.#looks.get(`${observer} ${region}`) ?? [];
      looks.push({ failed: plain === 'failed', reachedElsewhere });
      this.#looks.set(`${observer} ${region}`, looks.slice(-this.mrap.failover.window - 1));
      if (!this.#reaches(observer, WITNESS)) continue;
      this.#probes.push({ mrap: 'orders', observer, region, bucket: `orders-${region}`, at, plain, kms });
    }
  }

  #outcomeOf(observer: string, region: string): { readonly plain: Probe['plain']; readonly kms: Probe['plain'] } {
    if (!this.#reaches(observer, region)) return { plain: 'failed', kms: 'failed' };
    switch (this.#trouble.get(region) ?? 'none') {
      case 'none':
        return { plain: 'answered', kms: 'answered' };
      case 'kms':
        return { plain: 'answered', kms: 'failed' };
      case 'throttled':
        return { plain: 'throttled', kms: 'throttled' };
      default:
        return { plain: 'failed', kms: 'failed' };
    }
  }

  #situation(observer: string): RoutingSituation {
    const ledgerReachable = this.#reaches(observer, WITNESS);
    const now = new Date(this.nowMs + this.#skewOf(observer));
    const known = <T>(those: readonly T[]): readonly T[] => (ledgerReachable ? those : []);
    return {
      mrap: this.mrap,
      buckets: this.regions.map((region) => ({ region, bucket: `orders-${region}`, account: '1', kmsKeys: [] })),
      probes: known(this.#probes),
      routes: { routes: this.routes, at: now, readFrom: 'us-west-2' },
      backlog: known(this.#links).map(({ from, to, checkpoint }) => ({
        link: `orders/${from}/${to}`,
        from,
        to,
        ...(checkpoint === undefined ? {} : { checkpoint }),
      })),
      readiness: known(this.regions).map((region) => ({
        region,
        asOf: now,
        kmsLoad: this.#isReady ? 0.2 : 0.95,
        keysUsable: true,
        throttled: false,
      })),
      history: known(this.#history),
      freezes: known([{ reason: 'a person said so', until: new Date(this.#frozenUntil) }]),
      ledgerReachable,
      now,
    };
  }

  #runs(observer: string): boolean {
    return this.#trouble.get(observer) !== 'whole';
  }

  #reaches(observer: string, region: string): boolean {
    return this.#runs(observer) && this.#runs(region) && !this.#partitions.has(`${observer} ${region}`);
  }

  #skewOf(observer: string): number {
    return this.#skew?.observer === observer ? this.#skew.ms : 0;
  }
}

/** What a decision fails to say. */
function unexplained({ action, reasons, to, away }: RoutingDecision): readonly string[] {
  const failed = reasons.filter(({ passes }) => !passes).map(({ guard }) => guard);
  const odd = reasons.filter(({ text }) => text.trim() === '' || /undefined|NaN|Infinity|\[object|null/.test(text));
  const complaints = odd.map(({ guard, text }) => `${guard} says "${text}"`);
  if (action === 'switch' && failed.length > 0) complaints.push(`switched in spite of ${failed.join(', ')}`);
  if (action !== 'switch' && failed.length === 0) complaints.push(`${action}, but no guard is against it`);
  if (action === 'switch' && (to === undefined || away === undefined)) complaints.push('switched to nowhere');
  if (action === 'advise' && to === undefined) complaints.push('advised nothing');
  return complaints;
}
