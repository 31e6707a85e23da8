import type { Alert, Severity } from '../model/action.ts';
import { familyOf, type Finding, proves, type Subject } from '../model/finding.ts';
import { formatObject } from '../model/object.ts';

/** A CloudEvent 1.0 in JSON, as `docs/alert.schema.json` describes it. */
export interface AlertEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: 'holdfast.alert.v1';
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: AlertData;
}

export interface AlertData {
  readonly fingerprint: string;
  readonly state: Alert['state'];
  readonly severity: Severity;
  readonly verdict: Finding['verdict'];
  readonly code: Finding['code'];
  readonly family: string;
  readonly title: string;
  readonly subject: Subject;
  readonly basis?: Finding['basis'];
  /** Whether the evidence is of what was recorded at the upload, or of the bytes that are stored now. */
  readonly proves?: 'recorded' | 'stored';
  readonly evidence: Finding['evidence'];
  readonly event?: { readonly name: string; readonly at: string; readonly principal?: string };
}

export interface AlertIdentity {
  /** Hash of fingerprint and state: the same for every repetition. */
  readonly id: string;
  readonly fingerprint: string;
  /** Region of the stack that speaks. */
  readonly region: string;
  readonly time: Date;
}

/** Text from which a fingerprint is hashed: what an alert is about, without anything that differs between two looks. */
export function fingerprintText({ finding: { code, subject } }: Alert): string {
  return JSON.stringify([code, subject]);
}

/** Renders an alert as the CloudEvent that subscribers receive. */
export function toAlertEvent(alert: Alert, { id, fingerprint, region, time }: AlertIdentity): AlertEvent {
  const { finding, severity, state, event } = alert;
  const { verdict, code, subject, basis, evidence } = finding;
  return {
    specversion: '1.0',
    id,
    source: `urn:holdfast:${region}`,
    type: 'holdfast.alert.v1',
    subject: subject.kind === 'object-version' ? formatObject(subject.object) : `monitor in ${subject.region}`,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    data: {
      fingerprint,
      state,
      severity,
      verdict,
      code,
      family: familyOf(code),
      title: titleOf(alert),
      subject,
      ...(basis === undefined ? {} : { basis, proves: proves(basis) }),
      evidence,
      ...(event === undefined ? {} : { event: toCause(event) }),
    },
  };
}

function toCause({ name, eventAt, principal }: NonNullable<Alert['event']>): NonNullable<AlertData['event']> {
  return { name, at: eventAt.toISOString(), ...(principal === undefined ? {} : { principal }) };
}

/** SNS message attributes for filter policies. An attribute without a value is left out: SNS refuses empty strings. */
export function toAttributes(alert: Alert, region: string): Readonly<Record<string, string>> {
  const { code, subject } = alert.finding;
  return {
    severity: alert.severity,
    code,
    family: familyOf(code),
    region,
    ...(subject.kind === 'object-version' ? { bucket: subject.object.bucket } : {}),
  };
}

/** One line for people: what and where. Keys can be 1,024 bytes of anything, so this is shortened and kept to ASCII. */
export function titleOf({ finding: { code, subject }, severity }: Alert): string {
  const where = subject.kind === 'object-version' ? `${subject.object.bucket}/${subject.object.key}` : subject.region;
  // SNS takes less than 100 characters of printable ASCII as the subject of an e-mail.
  const line = `[${severity}] ${code}: ${where}`.replaceAll(/[^\x20-\x7e]/g, '?');
  return line.length < 100 ? line : `${line.slice(0, 96)}...`;
}
