import type { Severity } from '../model/action.ts';
import type { AlertData } from '../model/alert.ts';
import type { Config } from '../model/config.ts';
import type { Inspection, ObjectFacts, ObjectState } from '../model/facts.ts';
import type { Finding, Verdict } from '../model/finding.ts';
import { firstLook, type Look, type Reach } from '../model/look.ts';
import type { ObjectRef } from '../model/object.ts';
import { createMonitor } from '../monitor.ts';
import type { Call, Clock, Ledger, ObjectStore } from '../ports.ts';
import {
  createAlertLog,
  createLookList,
  createMemoryLedger,
  forgetful,
  type LookList,
  noPairs,
  noPoison,
  silentJournal,
} from './memory-ports.ts';

/** Retries that are waited for: 5 s, 30 s and 2 min after each other. */
const MOST_RETRIES = 3;

export interface Judgement {
  readonly finding: Finding;
  readonly severity: Severity;
}

/** Everything that was learnt about one object version. */
export interface ObjectVerdict {
  /** With the version ID that was found where none was asked for. */
  readonly object: ObjectRef;
  /** The gravest; `unverifiable` also where there was nothing to compare. */
  readonly verdict: Verdict;
  readonly judgements: readonly Judgement[];
  /** Of the last look that found the object. */
  readonly state?: ObjectState;
  readonly facts: ObjectFacts;
}

export interface Question {
  readonly object: ObjectRef;
  /** `recorded`: what S3 has written down; `content`: the bytes, HEAD first where `headFirst`. */
  readonly reach: Reach;
  /** One request more, and it tells an object that is being restored from one that is archived. */
  readonly headFirst: boolean;
  /** Told why an object is looked at again. */
  readonly say: (text: string) => void;
  /** Larger objects are `too-large` to be read; absent: no limit. */
  readonly readUpToBytes?: number;
}

/** What looking at one version takes. */
export interface InspectionWorld {
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly config: Config;
  /** Absent: none is known. */
  readonly baselines?: Pick<Ledger, 'baseline'>;
  /** Resolves after this time; rejects when the signal fires first. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * Looks at one object version with the very core that the functions run, and makes the looks to come at once: a reading, a
 * second reading of a difference, a retry after a throttle.
 */
export async function inspectObject(question: Question, world: InspectionWorld, call: Call): Promise<ObjectVerdict> {
  const { clock, objects, baselines } = world;
  const looks = createLookList();
  const alerts = createAlertLog();
  const monitor = createMonitor(
    {
      region: question.object.region,
      objects,
      looks,
      alerts,
      clock,
      ledger: createMemoryLedger(baselines === undefined ? undefined : (...asked) => baselines.baseline(...asked)),
      poison: noPoison,
      journal: silentJournal,
      ...noPairs,
      ...forgetful,
    },
    asAsked(world.config, question),
  );
  const event = { kind: 'created', name: 'holdfast verify', object: question.object, eventAt: clock.now() } as const;
  await looks.enqueue(firstLook(event, question.headFirst ? 'recorded' : question.reach), call);

  const judgements: Judgement[] = [];
  const inspections: Inspection[] = [];
  for (let look = looks.take(); look !== undefined; look = looks.take()) {
    await untilDue(look, { question, world, call });
    const known = alerts.opened.length;
    const inspection = await monitor.inspect(look, call);
    if (inspection === undefined) continue;
    inspections.push(inspection);
    if (isLookedAtAgain(inspection, looks)) continue;
    judgements.push(...alerts.opened.slice(known).map((alert) => toJudgement(alert)), ...givenUp(inspection));
  }
  return toVerdict(question.object, judgements, inspections);
}

/** The rules of the configuration with the evidence that is asked for; no limit of theirs on what is read, no replica followed. */
function asAsked(config: Config, { object: { bucket }, reach, readUpToBytes }: Question): Config {
  const evidence = reach === 'content' ? 'computed-checksum' : 'stored-checksum';
  const rules = config.verify.filter((rule) => rule.bucket === bucket);
  const everything = { bucket, prefix: '', declared: [] };
  return {
    ...config,
    pairs: [],
    verify: (rules.some(({ prefix }) => prefix === '') ? rules : [everything, ...rules]).map(
      ({ prefix, declared }) => ({
        bucket,
        prefix,
        declared,
        evidence,
        ...(readUpToBytes === undefined ? {} : { readUpToBytes }),
      }),
    ),
    alerts: { ...config.alerts, severity: 'info' },
  };
}

interface Waiting {
  readonly question: Question;
  readonly world: InspectionWorld;
  readonly call: Call;
}

async function untilDue(look: Look, { question, world, call }: Waiting): Promise<void> {
  const ms = (look.dueAt?.getTime() ?? 0) - world.clock.now().getTime();
  if (look.purpose === 'confirm')
    question.say(
      `${question.object.key}: not proved by this reading, which may be its fault; reading it again to be sure`,
    );
  if (look.purpose === 'retry')
    question.say(`${question.object.key}: throttled; trying again in ${Math.ceil(ms / 1_000)} s`);
  if (ms > 0) await world.wait(ms, call.signal);
}

/**
 * Whether another look takes the place of what this one showed. Retries end early here, and nobody waits hours for a restore:
 * such looks are dropped, and what is known stands.
 */
function isLookedAtAgain({ findings }: Inspection, looks: LookList): boolean {
  const restoring = findings.some(({ evidence }) => evidence['reason'] === 'restoring');
  const again = looks.pending.find(({ purpose }) => purpose !== 'first');
  if (again === undefined) return false;
  if (again.purpose !== 'retry' || (again.attempt < MOST_RETRIES && !restoring)) return true;
  while (looks.take() !== undefined);
  return false;
}

/** Not alerted yet, because the functions would go on trying. */
function givenUp({ findings }: Inspection): readonly Judgement[] {
  return findings.filter(({ retry }) => retry === true).map((finding) => ({ finding, severity: 'info' }));
}

function toJudgement({ verdict, code, subject, basis, evidence, replica, remedy, severity }: AlertData): Judgement {
  const more = {
    ...(basis === undefined ? {} : { basis }),
    ...(replica === undefined ? {} : { replica }),
    ...(remedy === undefined ? {} : { remedy }),
  };
  return { finding: { verdict, code, subject, ...more, evidence }, severity };
}

function toVerdict(
  asked: ObjectRef,
  judgements: readonly Judgement[],
  inspections: readonly Inspection[],
): ObjectVerdict {
  const facts = inspections.at(-1)?.facts;
  if (facts === undefined) throw new TypeError('expected at least one look');
  const state = inspections
    .map(({ facts: { source } }) => (source?.state === 'present' ? source.value : undefined))
    .findLast((value) => value !== undefined);
  const versionId = asked.versionId ?? state?.versionId;
  return {
    object: { ...asked, ...(versionId === undefined ? {} : { versionId }) },
    verdict: gravest(judgements),
    judgements,
    ...(state === undefined ? {} : { state }),
    facts,
  };
}

/** Violated before unverifiable before verified; without anything compared nothing is verified. */
export function gravest(judgements: readonly Judgement[]): Verdict {
  const verdicts = new Set(judgements.map(({ finding }) => finding.verdict));
  if (verdicts.has('violated')) return 'violated';
  return verdicts.has('unverifiable') || !verdicts.has('verified') ? 'unverifiable' : 'verified';
}
