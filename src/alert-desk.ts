import { identifyCase, idPrefixOf, noticeId } from './act/identify-case.ts';
import { deliver, type DeliveryOptions, type DeliveryPorts } from './alert-delivery.ts';
import type { Alert } from './model/action.ts';
import { type AlertCase, type AlertState, type CaseRef, endOf, type KnownCase } from './model/alert-state.ts';
import { disproves } from './policy/disproof.ts';
import { AT_ONCE } from './policy/notices.ts';
import type { AlertSink, Call, KeptState } from './ports.ts';
import { renderAlert } from './render/alert.ts';

export interface DeskOptions extends DeliveryOptions {
  /** Hears why a notice did not leave at once. It is in the outbox: the sender of alerts tries again. */
  readonly onDelay: (error: unknown) => void;
}

/** Once people are told only now and then, a cause is touched, and its state read, so often by one process. In milliseconds. */
const TOUCH_EVERY_MS = 5_000;

/** How long it is believed what is open, in milliseconds: a version that heals something open for less heals it another time. */
const OPEN_KNOWN_MS = 60_000;

/** Somebody else may be writing the same state. */
const MOST_TRIES = 10;

/**
 * Where findings are reported. Every case is counted once, durably, before this answers, and people hear of it then, if it is
 * among the first of its cause. What proves something wants no answer, and is published as it is.
 */
export function createAlertDesk(ports: DeliveryPorts, { onDelay, ...options }: DeskOptions): AlertSink {
  const { states, cases, outbox, clock } = ports;
  const busy = createBusyCauses();
  let open: { readonly states: readonly AlertState[]; readonly untilMs: number } | undefined;

  async function tryToDeliver(fingerprint: string, { signal }: Call): Promise<void> {
    try {
      await deliver(fingerprint, ports, { ...options, signal });
    } catch (error) {
      onDelay(error);
    }
  }

  /** The causes that are open now, or were a minute ago. */
  async function openStates(call: Call): Promise<readonly AlertState[]> {
    const nowMs = clock.now().getTime();
    if (open === undefined || open.untilMs <= nowMs) {
      const found = (await states.list(call)).map(({ state }) => state).filter(({ phase }) => phase === 'open');
      open = { states: found, untilMs: nowMs + OPEN_KNOWN_MS };
    }
    return open.states;
  }

  /** A failure of which S3 gave the reason is the same failure where it is seen without. */
  async function isKnownWithReason(alert: Alert, { id }: CaseRef, call: Call): Promise<boolean> {
    const { code, evidence } = alert.finding;
    if (code !== 'replication-failed' || evidence['failureReason'] !== undefined) return false;
    const others = (await states.list(call)).filter(({ state }) => isSameFailure(state, alert));
    const found = await Promise.all(
      others.map(async ({ state: { fingerprint } }) => cases.find({ fingerprint, id }, call)),
    );
    return found.some((known) => known !== undefined && known.healedAt === undefined);
  }

  /** The episode that the case belongs to; `undefined`: it was over before, and only now we hear of it again. */
  async function keepCase(
    { fingerprint }: CaseRef,
    reported: AlertCase,
    { kept, before, signal }: Call & { readonly kept: KeptState | undefined; readonly before: KnownCase | undefined },
  ): Promise<number | undefined> {
    const episode = episodeOf(kept?.state, before, reported.at);
    if (episode === undefined) return undefined;
    const isKnown = before?.episode === episode && before.healedAt === undefined;
    if (!isKnown) await cases.add(fingerprint, { ...reported, episode }, { signal, ...(before && { before }) });
    return episode;
  }

  async function openState(fresh: AlertState, before: KeptState | undefined, call: Call): Promise<void> {
    let kept = before;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (kept !== undefined && (kept.state.episode >= fresh.episode || kept.state.phase !== 'resolved')) return;
      const ended = kept === undefined ? undefined : endOf(kept.state);
      const state = ended === undefined ? fresh : { ...fresh, before: ended };
      if (await states.save({ state, version: kept?.version ?? 0 }, call)) return;
      kept = await states.get(fresh.fingerprint, call);
    }
  }

  /** Where an episode ended, began or went on after all while its case was written, the case belongs to the one that is. */
  async function follow(
    { id }: AlertCase,
    { fingerprint, episode }: Pick<AlertState, 'fingerprint' | 'episode'>,
    { signal }: Call,
  ): Promise<void> {
    const now = await states.get(fingerprint, { signal });
    if (now === undefined || now.state.episode === episode) return;
    const known = await cases.find({ fingerprint, id }, { signal });
    if (known?.episode !== episode || known.healedAt !== undefined) return;
    await cases.add(fingerprint, { ...known, episode: now.state.episode }, { signal, before: known });
    await outbox.touch(fingerprint, { at: clock.now(), latest: known, signal });
  }

  async function report(alert: Alert, ref: CaseRef, { signal }: Call): Promise<void> {
    const call = { signal };
    const { fingerprint } = ref;
    const now = clock.now();
    const reported = toCase(alert, ref, now);
    const isBusy = busy.has(fingerprint, now);
    const [kept, before] = await Promise.all([
      busy.state(fingerprint, now) ?? states.get(fingerprint, call),
      cases.find(ref, call),
    ]);
    const episode = await keepCase(ref, reported, { kept, before, signal });
    if (episode === undefined) return;
    if (isBusy) return; // it was touched a moment ago, and is looked at again before it is left alone
    const touch = async (): Promise<void> => outbox.touch(fingerprint, { at: now, latest: reported, signal });
    await touch();
    if (kept === undefined || kept.state.episode < episode) {
      await openState(toState(alert, reported, { fingerprint, episode }), kept, call);
      await touch(); // whoever looked between the two saw the episode before, of which nothing is left to tell
    }
    await follow(reported, { fingerprint, episode }, call);
    if (kept !== undefined && kept.state.episode === episode && isGathered(kept.state)) busy.add(kept, now);
    else await tryToDeliver(fingerprint, call);
  }

  async function healCase(fingerprint: string, known: KnownCase, call: Call): Promise<void> {
    const at = clock.now();
    if (known.healedAt === undefined) await cases.heal(fingerprint, known, { at, signal: call.signal });
    await outbox.touch(fingerprint, { at, signal: call.signal });
    await tryToDeliver(fingerprint, call);
  }

  return {
    async open(alert, call) {
      const ref = identifyCase(alert);
      if (alert.finding.verdict === 'verified') return publishProof(alert, ref, call);
      if (await isKnownWithReason(alert, ref, call)) return;
      await report(alert, ref, call);
    },
    async resolve({ fingerprint, id }, call) {
      const known = await cases.find({ fingerprint, id }, call);
      if (known !== undefined) await healCase(fingerprint, known, call);
    },
    async heal(proofs, call) {
      for (const proof of proofs.filter(({ verdict }) => verdict === 'verified')) {
        const idPrefix = idPrefixOf(proof.subject);
        const accused = (await openStates(call)).filter(({ finding }) => disproves(proof, finding));
        for (const { fingerprint } of accused) {
          const sick = await cases.about({ fingerprint, idPrefix }, call);
          for (const known of sick) await healCase(fingerprint, known, call);
        }
      }
    },
  };

  async function publishProof(alert: Alert, { id: fingerprint }: CaseRef, call: Call): Promise<void> {
    const id = noticeId(fingerprint, { episode: 0, number: 0 });
    await ports.publisher.publish(renderAlert(alert, { id, fingerprint, time: clock.now() }, options.place), call);
  }
}

/** A case belongs to the episode that is open, or to the next; one that is over is not opened by a message that comes late. */
function episodeOf(state: AlertState | undefined, before: KnownCase | undefined, at: Date): number | undefined {
  const current = state === undefined ? 0 : state.episode;
  const next = state === undefined || state.phase === 'resolved' ? current + 1 : current;
  if (before === undefined) return next;
  if (before.episode > current) return before.episode; // kept by somebody who did not come to write the state
  const overAt = before.healedAt ?? (next > before.episode ? (state?.resolvedAt ?? before.at) : undefined);
  return overAt !== undefined && at <= overAt ? undefined : next;
}

/** Said by S3 at a time of its own; everything else is seen now. */
function toCase({ finding: { subject, evidence }, event }: Alert, { id }: CaseRef, now: Date): AlertCase {
  const at = evidence['reportedBy'] === 's3' && event !== undefined ? event.eventAt : now;
  const trigger =
    event === undefined
      ? {}
      : {
          event: {
            name: event.name,
            at: event.eventAt,
            ...(event.principal === undefined ? {} : { principal: event.principal }),
          },
        };
  return { id, subject, evidence, at, ...trigger };
}

function toState(
  { finding, severity, state }: Alert,
  first: AlertCase,
  { fingerprint, episode }: { readonly fingerprint: string; readonly episode: number },
): AlertState {
  return {
    fingerprint,
    episode,
    phase: state === 'opened' ? 'open' : 'noted',
    finding,
    severity,
    count: 1,
    healed: 0,
    firstAt: first.at,
    lastAt: first.at,
    examples: [first],
    ...(first.event === undefined ? {} : { event: first.event }),
  };
}

/** From here on people are told now and then. */
function isGathered({ told, phase }: AlertState): boolean {
  return phase !== 'resolved' && told !== undefined && told.notices >= AT_ONCE;
}

function isSameFailure({ finding }: AlertState, alert: Alert): boolean {
  const { code, evidence, replica } = alert.finding;
  const there = evidence['destinationBucket'] ?? replica?.bucket;
  return finding.code === code && (finding.evidence['destinationBucket'] ?? finding.replica?.bucket) === there;
}

/** Causes that this process has touched within the last seconds, with their states. */
function createBusyCauses() {
  const touched = new Map<string, { readonly kept: KeptState; readonly untilMs: number }>();
  const live = (fingerprint: string, now: Date): KeptState | undefined => {
    const found = touched.get(fingerprint);
    return found !== undefined && found.untilMs > now.getTime() ? found.kept : undefined;
  };
  return {
    has: (fingerprint: string, now: Date): boolean => live(fingerprint, now) !== undefined,
    state: live,
    add(kept: KeptState, now: Date): void {
      for (const [fingerprint, { untilMs }] of touched) if (untilMs <= now.getTime()) touched.delete(fingerprint);
      touched.set(kept.state.fingerprint, { kept, untilMs: now.getTime() + TOUCH_EVERY_MS });
    },
  };
}
