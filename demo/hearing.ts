import type { AlertEvent } from '../src/model/alert.ts';
import { formatBytes, type Screen, shorten } from './screen.ts';
import { judge, subjectName, type Verdict, versionName, type Watched } from './verdict.ts';

/** What the subscriber heard, held against what must be heard. */
export interface Hearing {
  hear(event: AlertEvent): void;
  expect(watched: Watched): void;
  /** Everything that is watched, with what is known about it now. */
  verdicts(): readonly { readonly watched: Watched; readonly verdict: Verdict }[];
  /** Alerts of somebody else's objects that speak against them. */
  strangers(): readonly AlertEvent[];
  settled(limits: {
    readonly patienceMs: number;
    readonly silenceMs: number;
    readonly stop: AbortSignal;
  }): Promise<void>;
}

export function createHearing(screen: Screen): Hearing {
  const heard = new Map<string, AlertEvent[]>();
  const watching = new Map<string, Watched>();
  const seen = new Set<string>();
  let lastAt = performance.now();
  const verdicts: Hearing['verdicts'] = () =>
    [...watching].map(([name, watched]) => ({ watched, verdict: judge(watched, heard.get(name) ?? []) }));
  return {
    verdicts,
    hear(event) {
      lastAt = performance.now();
      if (seen.has(event.id)) return; // at least once: the id tells a repetition
      seen.add(event.id);
      const name = subjectName(event) ?? event.subject;
      heard.set(name, [...(heard.get(name) ?? []), event]);
      tell(event, screen);
    },
    expect: (watched) => void watching.set(versionName(watched), watched),
    strangers: () =>
      [...heard]
        .filter(([name]) => !watching.has(name))
        .flatMap(([, events]) => events.filter(({ data }) => data.verdict === 'violated')),
    async settled({ patienceMs, silenceMs, stop }) {
      const deadline = performance.now() + patienceMs;
      const isDone = (): boolean =>
        verdicts().every(({ verdict }) => verdict !== 'pending') && performance.now() - lastAt > silenceMs;
      while (!isDone() && performance.now() < deadline && !stop.aborted)
        await new Promise((resolve) => setTimeout(resolve, 100));
    },
  };
}

function tell(event: AlertEvent, screen: Screen): void {
  const { verdict, code, evidence, proves, event: cause } = event.data;
  const mark = verdict === 'violated' ? 'found' : verdict === 'verified' ? 'ok' : 'note';
  const size = typeof evidence['sizeBytes'] === 'number' ? formatBytes(evidence['sizeBytes']) : '';
  const latencyMs = cause === undefined ? undefined : Date.parse(event.time) - Date.parse(cause.at);
  const detail = [
    evidence['reason'],
    evidence['algorithm'],
    evidence['damagedPart'] && `part ${evidence['damagedPart']}`,
  ];
  const text = [
    shorten(event.subject.replace(/\?versionId=.*$/, ''), 52),
    size.padStart(10),
    `${code}${proves === undefined ? '' : ` (${proves})`}`.padEnd(38),
    detail.filter(Boolean).join(', '),
    latencyMs === undefined ? '' : `after ${(latencyMs / 1_000).toFixed(1)} s`,
  ];
  screen.line(mark, text.join('  ').trimEnd(), { type: 'alert', alert: event });
}
