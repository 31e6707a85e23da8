import { createHash } from 'node:crypto';
import type { Alert } from '../model/action.ts';
import type { CaseRef } from '../model/alert-state.ts';
import { caseText, causeText, subjectText } from '../model/cause.ts';
import type { Subject } from '../model/finding.ts';

/** Fingerprint of the cause and id of the case: the same in every look that shows the same. */
export function identifyCase(alert: Alert): CaseRef {
  const fingerprint = toHash(causeText(alert)).slice(0, 32);
  return { fingerprint, id: `${idPrefixOf(alert.finding.subject)}${toHash(caseText(alert)).slice(0, 16)}` };
}

/** What the ids of all cases about a subject begin with, in whatever cause they are. */
export function idPrefixOf(subject: Subject): string {
  return `${toHash(subjectText(subject)).slice(0, 16)}-`;
}

/** The id of a CloudEvent: the same for every repetition of one notice. */
export function noticeId(
  fingerprint: string,
  { episode, number }: { readonly episode: number; readonly number: number },
): string {
  return toHash(`${fingerprint}/${episode}/${number}`).slice(0, 32);
}

function toHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
