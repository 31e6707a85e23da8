import type { AuditQuestion, AuditSummary, ContentPlan } from '../model/audit-records.ts';
import type { StopReason } from '../model/audit-run.ts';
import { formatDuration } from '../model/quantity-text.ts';

/** Why it ended before everything was audited. */
const STOPPED: Readonly<Record<StopReason, string>> = {
  budget: 'the budget is used up',
  'too-many-differences': 'so much differs that these may be the wrong buckets',
  'given-up': 'it was interrupted',
  error: 'something failed',
};

/** Why a version may differ, or be missing, and is no finding. */
const EXPECTED: Readonly<Record<string, string>> = {
  'outside-every-rule': 'No replication rule selects the key.',
  'tags-not-selected': 'The replication rule selects by tags that the version does not have.',
  'kms-not-selected': 'The replication rule does not take objects that are encrypted with SSE-KMS.',
  'delete-markers-not-replicated': 'The rule leaves delete markers where they are made.',
  'marker-of-lifecycle': 'A lifecycle rule made the delete marker; S3 never replicates those.',
  'lifecycle-may-have-removed-it': 'A lifecycle rule was entitled to delete the side that is missing.',
  'is-a-replica': 'It came from elsewhere, and replicas are not sent on.',
  'gone-at-the-source': 'It was deleted at the source since it was listed.',
  'gone-on-both-sides': 'It was deleted on both sides since it was listed.',
  'written-at-the-destination': 'Only the destination has it, and it replaces nothing that came from the source.',
  'hides-nothing': 'Only the destination has it, and no reader gets another object for it.',
  'changes-all-the-time': 'It showed something else in each of four looks: the next audit tells.',
};

/** Why nothing was proved of the bytes of a copy whose turn it was; its records were compared all the same. */
const UNREAD: Readonly<Record<string, string>> = {
  archived: 'It would have to be restored first. Nothing is restored without a budget for it.',
  'restore-asked': 'A restore was asked for: the next audit reads it.',
  restoring: 'Its restore is under way: the next audit reads it.',
  'restore-denied': 'It would have to be restored, and that was denied.',
  'not-in-the-job': 'The job of S3 that computes checksums said nothing of it.',
  'nothing-to-compare': 'It was read, and nothing is known that it could be held against.',
  'written-since-the-job': 'It was written again since the job read it.',
};

/** Versions that differ as they are meant to. */
export function countMeant(expected: AuditSummary['expected']): number {
  const meant = Object.entries(expected).filter(([reason]) => !(reason in UNREAD) && reason !== CHANGING);
  return meant.reduce((sum, [, count]) => sum + count, 0);
}

/** Versions that never showed the same twice. */
export function countChanging(expected: AuditSummary['expected']): number {
  return expected[CHANGING] ?? 0;
}

const CHANGING = 'changes-all-the-time';

/** Why a run has stopped, as the end of a sentence. */
export function sayStop({ stopped }: Pick<AuditSummary, 'stopped'>): string {
  return stopped === undefined ? 'some shards are missing' : STOPPED[stopped];
}

export function sayExpected(reason: string): string {
  return EXPECTED[reason] ?? UNREAD[reason] ?? 'The checks say that nothing stands against it.';
}

/** Whose bytes are read, and by whom. */
export function sayContent({ content, by }: Pick<AuditQuestion, 'content' | 'by'>): string {
  return `${sayChoice(content)}${by === undefined ? '' : '; S3 itself reads them, in a job that computes checksums'}`;
}

function sayChoice(content: ContentPlan): string {
  switch (content.mode) {
    case 'never':
      return 'not read: what S3 recorded was compared';
    case 'all':
      return 'all read, on both sides';
    case 'sample':
      return `a sample of ${formatShare(content.share)} read, on both sides, chosen by key, version and the seed ${content.seed}`;
    case 'age':
      return `read on both sides by age: each version once in ${formatDuration(content.everyMs)}${content.rules === undefined ? '' : ', or as the rule of its prefix says'}, where an audit runs once in every ${formatDuration(content.periodMs)}`;
    default:
      return content satisfies never;
  }
}

/** `1 %`, `0.25 %` */
export function formatShare(share: number, digits = 3): string {
  return `${Number((share * 100).toPrecision(digits))} %`;
}

/** `2026-11-21 15:07:00 UTC` */
export function formatStamp(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
