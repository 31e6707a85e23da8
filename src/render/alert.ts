import type { Alert } from '../model/action.ts';
import type { RenderedAlert } from '../model/alert.ts';
import type { AlertCase, AlertState, ReportedEvent } from '../model/alert-state.ts';
import { type NoticePlace, renderNotice } from './notice.ts';

export interface AlertIdentity {
  /** Hash of fingerprint and state: the same for every repetition. */
  readonly id: string;
  readonly fingerprint: string;
  readonly time: Date;
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
