import type { Alert } from '../model/action.ts';
import type { RenderedAlert } from '../model/alert.ts';
import type { AlertCase, AlertState, ReportedEvent } from '../model/alert-state.ts';
import { isImmutable } from '../model/object.ts';
import { type NoticePlace, renderNotice } from './notice.ts';

export interface AlertIdentity {
  /** Hash of fingerprint and state: the same for every repetition. */
  readonly id: string;
  readonly fingerprint: string;
  readonly time: Date;
}

/** Evidence that tells two findings with the same code about the same version apart, and is the same in every look. */
const DISTINGUISHING: readonly string[] = [
  'link',
  'ruleId',
  'destinationBucket',
  'operation',
  'against',
  'expectedBy',
  'algorithm',
  'checksumType',
  'declaredIn',
  'where',
  'reason',
];

/** Text from which a fingerprint is hashed: what an alert is about, without anything that differs between two looks. */
export function fingerprintText({ finding: { code, subject, evidence, replica }, event }: Alert): string {
  // S3 reports it, and the next look at the replica sees it as well: that is one failure, whatever each knows about it.
  if (code === 'replication-failed') {
    return JSON.stringify([code, subject, evidence['destinationBucket'] ?? replica?.bucket ?? null]);
  }
  // A rate that is unusual is told anew every hour.
  const hour = evidence['hour'] === undefined ? [] : [evidence['hour']];
  // The version `null`, and a key without versions, can hold other content tomorrow: that is another object.
  const content = subject.kind === 'object-version' && !isImmutable(subject.object) ? (event?.etag ?? null) : null;
  return JSON.stringify([code, subject, content, DISTINGUISHING.map((name) => evidence[name] ?? null), ...hour]);
}

/** One occurrence by itself, as the first notice of a cause that has no other case. */
export function renderAlert(
  alert: Alert,
  { id, fingerprint, time }: AlertIdentity,
  place: NoticePlace = {},
): RenderedAlert {
  const { state, severity } = alert;
  return renderNotice(toState(alert, fingerprint, time), { id, state, severity, number: 1, at: time }, place);
}

function toState({ finding, severity, state, event }: Alert, fingerprint: string, time: Date): AlertState {
  const at = event?.eventAt ?? time;
  const reported = event === undefined ? {} : { event: toReported(event) };
  const first: AlertCase = {
    id: fingerprint,
    subject: finding.subject,
    evidence: finding.evidence,
    at,
    ...reported,
  };
  return {
    fingerprint,
    episode: 1,
    phase: state === 'opened' ? 'open' : 'noted',
    finding,
    severity,
    count: 1,
    healed: 0,
    firstAt: at,
    lastAt: at,
    examples: [first],
    ...reported,
  };
}

function toReported({ name, eventAt, principal }: NonNullable<Alert['event']>): ReportedEvent {
  return { name, at: eventAt, ...(principal === undefined ? {} : { principal }) };
}
