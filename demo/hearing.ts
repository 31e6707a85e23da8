import type { AlertEvent } from '../src/model/alert.ts';
import { formatSubject } from '../src/render/subject.ts';
import { type Awaited, isAwaited } from './scene.ts';
import type { Teller } from './teller.ts';
import { judge, subjectName, type Verdict, versionName, type Watched } from './verdict.ts';

/** A version that is watched, and what is known about it now. */
export interface Judged {
  readonly watched: Watched;
  readonly verdict: Verdict;
  readonly heard: readonly AlertEvent[];
}

/** An alert, what it is about and when it was heard, in epoch milliseconds of the sandbox. */
export interface Heard {
  readonly event: AlertEvent;
  readonly name: string;
  readonly atMs: number;
}

/** What the subscriber heard, held against what must be heard. */
export interface Hearing {
  hear(event: AlertEvent): void;
  expect(watched: Watched): void;
  /** Everything that is watched, in the order of its uploads. */
  verdicts(): readonly Judged[];
  /** From now on these alerts are nothing that nobody expects. */
  allow(awaited: readonly Awaited[]): void;
  /** Everything that was heard, each case once. */
  all(): readonly Heard[];
  /** Alerts that nobody expects and that speak against what nobody watches, or tell of a permission that the functions lack. */
  strangers(): readonly AlertEvent[];
  /** Resolves when it is so, or when nothing new was heard for too long. */
  until(isSo: () => boolean, limits: Pick<Limits, 'patienceMs' | 'stop'>): Promise<void>;
  /** Resolves when everything was judged and nothing new comes any more, or nothing new came for too long. */
  settled(limits: Limits): Promise<void>;
}

export interface Limits {
  /** How long nothing new may be heard, and nothing be under way, while something is missing. */
  readonly patienceMs: number;
  /** How long to listen for accusations after everything expected was heard. */
  readonly silenceMs: number;
  readonly stop: AbortSignal;
}

const LOOK_EVERY_MS = 100;

/** A machine that is busy is slow, not silent; but something may be under way for ever. */
const LONGEST_BUSY = 4;

export interface HearingOptions extends Pick<Teller, 'tell'> {
  /** Sandbox time in epoch milliseconds. */
  readonly now: () => number;
  /** Whether nothing is under way. */
  readonly isIdle: () => boolean;
}

export function createHearing({ tell, now, isIdle }: HearingOptions): Hearing {
  const heard: Heard[] = [];
  const allowed: Awaited[] = [];
  const watching = new Map<string, Watched>();
  const seen = new Set<string>();
  const silence = createSilence(isIdle);
  const verdicts: Hearing['verdicts'] = () =>
    [...watching].map(([name, watched]) => {
      const events = heard.filter((one) => one.name === name).map(({ event }) => event);
      return { watched, verdict: judge(watched, events), heard: events };
    });
  return {
    verdicts,
    hear(notice) {
      for (const event of casesIn(notice)) {
        if (seen.has(event.id)) continue; // at least once, and each notice names the latest cases: the id tells a repetition
        seen.add(event.id);
        silence.end();
        const name = subjectName(event) ?? event.subject;
        heard.push({ event, name, atMs: now() });
        tell(event);
      }
    },
    expect: (watched) => void watching.set(versionName(watched), watched),
    allow: (awaited) => void allowed.push(...awaited),
    all: () => heard,
    strangers: () =>
      heard
        .filter(({ event, name }) => isAgainst(event) && !watching.has(name))
        .filter(({ event, name }) => !allowed.some((each) => isAwaited(event, name, each)))
        .map(({ event }) => event),
    async until(isSo, { patienceMs, stop }) {
      silence.end();
      while (!isSo() && !stop.aborted && (await silence.last()) <= patienceMs);
    },
    async settled({ patienceMs, silenceMs, stop }) {
      silence.end();
      for (let settled = false; !settled && !stop.aborted;) {
        const silentMs = await silence.last();
        const isAllHeard = verdicts().every(({ verdict }) => verdict !== 'pending');
        settled = silentMs > (isAllHeard ? silenceMs : patienceMs);
      }
    },
  };
}

/** How long nothing was heard: a moment in which something is under way counts for little. */
function createSilence(isIdle: () => boolean) {
  let silentMs = 0;
  let lookedAt = performance.now();
  return {
    end(): void {
      silentMs = 0;
      lookedAt = performance.now();
    },
    /** In milliseconds, after another moment. */
    async last(): Promise<number> {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const at = performance.now();
      silentMs += (at - lookedAt) / (isIdle() ? 1 : LONGEST_BUSY);
      lookedAt = at;
      return silentMs;
    },
  };
}

/** What a notice says of each of its examples, as if it were about that one alone. What is over accuses nobody. */
function casesIn(notice: AlertEvent): readonly AlertEvent[] {
  const { data } = notice;
  if (data.state === 'resolved') return [];
  return data.examples.map(({ subject, evidence, event, at }) => {
    const { event: _, ...rest } = data;
    return {
      ...notice,
      id: JSON.stringify([data.fingerprint, data.episode, subject, at]),
      subject: formatSubject(subject),
      data: { ...rest, subject, evidence, ...(event === undefined ? {} : { event }) },
    };
  });
}

function isAgainst({ data: { verdict, evidence } }: AlertEvent): boolean {
  return verdict === 'violated' || evidence['reason'] === 'access-denied';
}
