import type { AlertEvent } from '../src/model/alert.ts';
import type { Teller } from './teller.ts';
import { judge, subjectName, type Verdict, versionName, type Watched } from './verdict.ts';

/** A version that is watched, and what is known about it now. */
export interface Judged {
  readonly watched: Watched;
  readonly verdict: Verdict;
  readonly heard: readonly AlertEvent[];
}

/** What the subscriber heard, held against what must be heard. */
export interface Hearing {
  hear(event: AlertEvent): void;
  expect(watched: Watched): void;
  /** Everything that is watched, in the order of its uploads. */
  verdicts(): readonly Judged[];
  /** Alerts of somebody else's objects that speak against them. */
  strangers(): readonly AlertEvent[];
  /** Resolves when everything was judged and nothing new comes any more, or nothing new came for too long. */
  settled(limits: Limits): Promise<void>;
}

export interface Limits {
  /** How long nothing new may be heard while something is missing. */
  readonly patienceMs: number;
  /** How long to listen for accusations after everything expected was heard. */
  readonly silenceMs: number;
  readonly stop: AbortSignal;
}

const LOOK_EVERY_MS = 100;

export function createHearing({ tell }: Pick<Teller, 'tell'>): Hearing {
  const heard = new Map<string, AlertEvent[]>();
  const watching = new Map<string, Watched>();
  const seen = new Set<string>();
  let lastAt = performance.now();
  const verdicts: Hearing['verdicts'] = () =>
    [...watching].map(([name, watched]) => {
      const events = heard.get(name) ?? [];
      return { watched, verdict: judge(watched, events), heard: events };
    });
  return {
    verdicts,
    hear(event) {
      if (seen.has(event.id)) return; // at least once: the id tells a repetition
      seen.add(event.id);
      lastAt = performance.now();
      const name = subjectName(event) ?? event.subject;
      heard.set(name, [...(heard.get(name) ?? []), event]);
      tell(event);
    },
    expect: (watched) => void watching.set(versionName(watched), watched),
    strangers: () =>
      [...heard]
        .filter(([name]) => !watching.has(name))
        .flatMap(([, events]) => events.filter(({ data }) => data.verdict === 'violated')),
    async settled({ patienceMs, silenceMs, stop }) {
      lastAt = performance.now();
      for (let settled = false; !settled && !stop.aborted;) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        const isAllHeard = verdicts().every(({ verdict }) => verdict !== 'pending');
        settled = performance.now() - lastAt > (isAllHeard ? silenceMs : patienceMs);
      }
    },
  };
}
