import type { Action, Severity } from '../model/action.ts';
import { spendsKms } from '../model/encryption.ts';
import type { ObjectFacts } from '../model/facts.ts';
import { type Finding, needsSecondLook } from '../model/finding.ts';
import type { Link } from '../model/link.ts';
import type { FollowUp, Look, Suspicion } from '../model/look.ts';
import { type Following, followUps, tell } from './follow-up.ts';
import { PROGRESS_SLACK_MS } from '../model/pending.ts';
import { isChangeable } from './link-outcome.ts';
import { toAlerts } from './to-alerts.ts';

/** Delays before the first, second … retry of evidence that was temporarily out of reach, in milliseconds. */
export const RETRY_DELAYS_MS: readonly number[] = [5, 30, 120, 600, 1_800, 3_600, 14_400].map(
  (seconds) => seconds * 1_000,
);

/** After so many readings that differ from each other as well as from the record, nothing can be said about the object. */
export const MOST_READINGS = 5;

const CONFIRM_DELAY_MS = 1_000;

/** Share of the time between the last two looks: neither of them is quite on time. */
const LONG_ENOUGH = 0.5;

export interface Situation {
  readonly look: Look;
  readonly facts: ObjectFacts;
  readonly findings: readonly Finding[];
  /** The least severe that is published. */
  readonly threshold: Severity;
  readonly now: Date;
  /** From the bucket of the version, or those that the look follows. */
  readonly links?: readonly Link[];
  /** `linkId` of those with so much on its way that single versions are not looked at. */
  readonly bulk?: ReadonlySet<string>;
}

/**
 * What to do about the findings of one look. Pure.
 *
 * An alarm about content or a replica is raised only when two independent looks show the same difference: a difference that
 * was seen once becomes a look of its own.
 */
export function decide(situation: Situation): readonly Action[] {
  const { look, facts } = situation;
  if (facts.unfinished !== undefined) return [resume(look, facts.unfinished)];
  const findings = standing(situation.findings, facts);
  const firm = findings.filter((finding) => !isChangeable(finding));
  const [seen, seenFirm] = [differenceIn(findings), differenceIn(firm)];
  const count = (look.suspicion?.readings ?? 0) + 1;
  if (seen === undefined || isConfirmed(seen, { ...situation, findings })) return conclude(situation, findings);
  if (count >= MOST_READINGS) return [...alerts(situation, undecidable(findings)), ...followUps(following(situation))];
  if (seenFirm !== undefined && !isSeenAgain(look.suspicion, seenFirm))
    return [confirm(situation, { seen: seenFirm, readings: count })];
  return [...alerts(situation, firm), confirmLater(situation, { seen, readings: count })];
}

/** What may have changed a moment ago has to be there for long enough. */
function isConfirmed(seen: string, { look: { suspicion }, findings, links, now }: Situation): boolean {
  if (suspicion === undefined || !isSeenAgain(suspicion, seen)) return false;
  const changing = differenceIn(findings.filter((finding) => isChangeable(finding)));
  if (changing === undefined) return true;
  const before = new Set(suspicion.seen.split('\n'));
  const sinceMs = suspicion.since?.getTime() ?? Infinity;
  return (
    changing.split('\n').every((difference) => before.has(difference)) &&
    now.getTime() - sinceMs >= LONG_ENOUGH * pauseOf(links)
  );
}

/** What may still be on its way is no finding before the last look of its chain. */
export function standing(findings: readonly Finding[], { due }: Pick<ObjectFacts, 'due'>): readonly Finding[] {
  return due === undefined || due.last ? findings : findings.filter((finding) => !isChangeable(finding));
}

function conclude(situation: Situation, findings: readonly Finding[]): readonly Action[] {
  const { look, facts } = situation;
  const again = retries(situation);
  // A look that follows is made again as a whole; then the chain goes on.
  const further = look.follow !== undefined && again.length > 0 ? [] : followUps(following(situation));
  // A baseline turns the next reading from unverifiable into verified, so it comes after what this one has to say.
  return [...again, ...alerts(situation, findings), ...readings(situation), ...baselines(facts, findings), ...further];
}

function following({ look, facts, findings, links = [], bulk = new Set(), now }: Situation): Following {
  const changing = differenceIn(findings.filter((finding) => isChangeable(finding)));
  const suspicion = changing === undefined ? {} : { suspicion: { seen: changing, readings: 1, since: now } };
  return { look, facts, findings, links, bulk, now, ...suspicion };
}

/** What a look says against the object or a replica, in a form that only the same difference repeats: one line for each. */
export function differenceIn(findings: readonly Finding[]): string | undefined {
  const differences = findings
    .filter((finding) => needsSecondLook(finding))
    .map(({ code, evidence: e }) => {
      const computed = e['computedETag'] ?? e['computedChecksum'] ?? e['computedDigest'] ?? e['sizeBytes'];
      return JSON.stringify([code, e['link'] ?? computed]);
    });
  return differences.length === 0 ? undefined : differences.join('\n');
}

/** A second reading computes more than the first, so it may show more: what counts is that it repeats all of what was seen. */
function isSeenAgain(suspicion: Suspicion | undefined, seen: string): boolean {
  if (suspicion === undefined) return false;
  const now = new Set(seen.split('\n'));
  return suspicion.seen.split('\n').every((difference) => now.has(difference));
}

function confirm({ look, now }: Situation, suspicion: Suspicion, delayMs?: number): Action {
  const attempt = suspicion.readings - 1;
  const dueAt = new Date(now.getTime() + (delayMs ?? CONFIRM_DELAY_MS * 2 ** attempt));
  const reach = look.follow === undefined ? 'content' : 'recorded';
  const again: Look = { event: look.event, reach, purpose: 'confirm', attempt, dueAt, suspicion };
  return { kind: 'look', look: look.follow === undefined ? again : { ...again, follow: asked(look.follow) } };
}

/**
 * Tags, ACL or lock may have been changed a moment ago, and nothing says when: the change has as long to arrive as lies between the
 * last two looks.
 */
function confirmLater(situation: Situation, suspicion: Suspicion): Action {
  const { links, now } = situation;
  return confirm(situation, { ...suspicion, since: now }, Math.max(CONFIRM_DELAY_MS, pauseOf(links)));
}

/** The time between the last two looks of a chain, in milliseconds. */
function pauseOf(links: readonly Link[] = []): number {
  const pauses = links.map(({ policy: { lookAfterMs } }) => {
    const [last = 0, previous = 0] = lookAfterMs.slice(-2).toReversed();
    return last - previous;
  });
  return Math.max(0, ...pauses);
}

/** The same links, with both sides to be asked afresh. */
function asked({ links, step, told }: FollowUp): FollowUp {
  return { links, step, ...(told === undefined ? {} : { told }) };
}

/** Every reading shows something else: the path of the bytes is at fault, which says nothing about the object. */
function undecidable(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding): Finding => {
    if (!needsSecondLook(finding)) return finding;
    return { ...finding, verdict: 'unverifiable', evidence: { ...finding.evidence, differentReadings: MOST_READINGS } };
  });
}

function resume(look: Look, token: string): Action {
  const attempt = look.purpose === 'resume' ? look.attempt + 1 : 0;
  return { kind: 'look', look: { ...withoutDue(look), reach: 'content', purpose: 'resume', attempt, resume: token } };
}

function retries(situation: Situation): readonly Action[] {
  const { look, findings, now } = situation;
  const attempt = look.purpose === 'retry' ? look.attempt + 1 : 0;
  const delayMs = RETRY_DELAYS_MS[attempt];
  if (delayMs === undefined || !findings.some(({ retry }) => retry === true)) return [];
  const dueAt = new Date(now.getTime() + delayMs);
  const again: Look = { ...look, purpose: 'retry', attempt, dueAt };
  // A list is taken for complete although this version was not seen, so it has to be on it.
  if (look.follow === undefined || delayMs < PROGRESS_SLACK_MS) return [{ kind: 'look', look: again }];
  const { tells, told } = tell(following(situation), look.follow);
  return [...tells, { kind: 'look', look: { ...again, follow: { ...look.follow, told } } }];
}

function withoutDue({ event, reach, purpose, attempt, suspicion }: Look): Look {
  return { event, reach, purpose, attempt, ...(suspicion === undefined ? {} : { suspicion }) };
}

/** A first reading of content for which S3 stores nothing to compare with is remembered. */
function baselines({ source }: ObjectFacts, findings: readonly Finding[]): readonly Action[] {
  if (source?.state !== 'present') return [];
  const { etag, lastModifiedAt } = source.value;
  return findings.flatMap(({ code, subject, evidence }) => {
    const { digest, sizeBytes } = evidence;
    if (code !== 'checksum-missing' || subject.kind !== 'object-version') return [];
    if (typeof digest !== 'string' || typeof sizeBytes !== 'number' || etag.kind !== 'opaque') return [];
    const baseline = { algorithm: 'CRC64NVME', base64: digest, sizeBytes, etag: etag.value, lastModifiedAt } as const;
    return [{ kind: 'record-baseline', object: subject.object, baseline } as const];
  });
}

function alerts({ look, threshold }: Situation, findings: readonly Finding[]): readonly Action[] {
  const exhausted = look.purpose === 'retry' && look.attempt + 1 >= RETRY_DELAYS_MS.length;
  const final = findings.filter(({ retry }) => retry !== true || exhausted);
  return toAlerts(final, { all: findings, threshold, event: look.event });
}

/** A record that nobody could read was set aside: the operator hears once for each reason. */
export function alertPoisoned(reason: string, region: string, threshold: Severity): readonly Action[] {
  const subject = { kind: 'monitor', region } as const;
  const finding: Finding = { verdict: 'violated', code: 'event-poisoned', subject, evidence: { reason } };
  return toAlerts([finding], { all: [finding], threshold });
}

/** HEAD came back clean and the policy asks for the bytes: the reading is work for the reads lane. */
function readings({ look, facts, findings }: Situation): readonly Action[] {
  if (look.follow !== undefined || look.reach === 'content' || facts.asked !== 'computed-checksum') return [];
  if (facts.source?.state !== 'present' || findings.some(({ code }) => code === 'content-unreadable')) return [];
  const reading: Look = { event: look.event, reach: 'content', purpose: 'first', attempt: 0 };
  const { encryption, bucketKeyEnabled } = facts.source.value;
  const asksKms = spendsKms(encryption) && bucketKeyEnabled !== true;
  return [{ kind: 'look', look: asksKms ? { ...reading, spendsKms: true } : reading }];
}
