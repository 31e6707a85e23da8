import type { AlertEvent } from '../src/model/alert.ts';
import type { Finding, FindingCode } from '../src/model/finding.ts';
import type { Heard } from './hearing.ts';

/** An alert that a subscriber must hear. */
export interface Awaited {
  /** Names of what it may be about: of versions by `versionName`, of all else the subject of the alert. */
  readonly about: readonly string[];
  /** One of them is enough. */
  readonly codes: readonly FindingCode[];
  readonly verdict: Finding['verdict'];
  /** What its evidence must say. */
  readonly evidence?: Readonly<Record<string, string>>;
  /** How long it should take at most from what S3 says happened until it is heard, in milliseconds. A slow machine is no fault. */
  readonly targetMs?: number;
}

/** Something that happens to replication, and what must be heard of it. */
export interface Scene {
  /** For programs; stable. */
  readonly id: string;
  /** For people: what happened. */
  readonly what: string;
  readonly awaited: readonly Awaited[];
  /** Also true, and not always said. */
  readonly tolerated?: readonly Awaited[];
}

/** How a scene ended. `decisive`: the alert that says what it is. */
export interface Outcome {
  readonly id: string;
  readonly what: string;
  /** Absent: as it should be. */
  readonly complaint?: string;
  readonly decisive?: AlertEvent;
  /** From what happened until it was heard. */
  readonly afterMs?: number;
  /** Present where that was too long. */
  readonly missedTargetMs?: number;
  /** What was seen otherwise than by alerts, for people. */
  readonly seen?: string;
}

/** Whether an alert is one that is waited for: it accuses nobody wrongly. */
export function isAwaited({ data }: AlertEvent, name: string, { about, codes, verdict }: Awaited): boolean {
  return about.includes(name) && codes.includes(data.code) && data.verdict === verdict;
}

/** Whether everything was heard. */
export function isHeard({ awaited }: Scene, heard: readonly Heard[]): boolean {
  return awaited.every((each) => heard.some((one) => matches(one, each)));
}

/** Judges a scene by nothing but what the subscriber heard. */
export function judgeScene(scene: Scene, heard: readonly Heard[]): Outcome {
  const { id, what, awaited } = scene;
  const found = awaited.map((each) => heard.find((one) => matches(one, each)));
  const [first] = found;
  const unheard = awaited.filter((_, index) => found[index] === undefined);
  const late = awaited.find((each, index) => (delayOf(found[index]) ?? 0) > (each.targetMs ?? Infinity));
  const complaint =
    unheard.length > 0
      ? `${unheard.map(({ codes }) => codes.join(' or ')).join(', ')} was not heard in time`
      : undefined;
  const afterMs = delayOf(first);
  return {
    id,
    what,
    ...(complaint === undefined ? {} : { complaint }),
    ...(first === undefined ? {} : { decisive: first.event }),
    ...(afterMs === undefined ? {} : { afterMs }),
    ...(late?.targetMs === undefined ? {} : { missedTargetMs: late.targetMs }),
  };
}

function matches({ event, name }: Heard, awaited: Awaited): boolean {
  const { evidence, remedy } = event.data;
  const says = Object.entries(awaited.evidence ?? {}).every(([entry, value]) => evidence[entry] === value);
  // An accusation that names no fix leaves a person alone with it.
  const isExplained = awaited.evidence?.['failureReason'] === undefined || (remedy?.what ?? '') !== '';
  return isAwaited(event, name, awaited) && says && isExplained;
}

function delayOf(heard: Heard | undefined): number | undefined {
  const at = heard?.event.data.event?.at;
  return heard === undefined || at === undefined ? undefined : heard.atMs - Date.parse(at);
}
