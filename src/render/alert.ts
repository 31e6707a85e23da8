import type { Alert } from '../model/action.ts';
import type { AlertData, AlertEvent, RenderedAlert } from '../model/alert.ts';
import { familyOf, proves, type Subject } from '../model/finding.ts';
import { formatObject, isImmutable } from '../model/object.ts';

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

export function renderAlert(alert: Alert, identity: AlertIdentity): RenderedAlert {
  return { event: toAlertEvent(alert, identity), title: titleOf(alert), attributes: toAttributes(alert) };
}

function toAlertEvent(alert: Alert, { id, fingerprint, time }: AlertIdentity): AlertEvent {
  const { finding, severity, state, event } = alert;
  const { verdict, code, subject, basis, evidence } = finding;
  return {
    specversion: '1.0',
    id,
    source: `urn:holdfast:${regionOf(subject)}`,
    type: 'holdfast.alert.v1',
    subject: formatSubject(subject),
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
      ...(finding.replica === undefined ? {} : { replica: finding.replica }),
      ...(finding.remedy === undefined ? {} : { remedy: finding.remedy }),
      ...(event === undefined ? {} : { event: toCause(event) }),
    },
  };
}

/** What it is about, for people. */
export function formatSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'object-version':
      return formatObject(subject.object);
    case 'pair':
      return `pair ${subject.pair}: ${subject.source}${subject.destination === undefined ? '' : ` to ${subject.destination}`}`;
    case 'bucket':
      return `s3://${subject.bucket}`;
    case 'prefix':
      return `s3://${subject.bucket}/${subject.prefix}*`;
    case 'kms-key':
      return subject.keyArn === '*' ? `KMS in ${subject.region}` : subject.keyArn;
    case 'monitor':
      return `monitor in ${subject.region}`;
    default:
      return subject satisfies never;
  }
}

function regionOf(subject: Subject): string {
  return subject.kind === 'object-version' ? subject.object.region : subject.region;
}

function toCause({ name, eventAt, principal }: NonNullable<Alert['event']>): NonNullable<AlertData['event']> {
  return { name, at: eventAt.toISOString(), ...(principal === undefined ? {} : { principal }) };
}

/** An attribute without a value is left out: SNS refuses empty strings. */
function toAttributes({ finding: { code, subject }, severity }: Alert): Readonly<Record<string, string>> {
  return {
    severity,
    code,
    family: familyOf(code),
    region: regionOf(subject),
    ...bucketAndPair(subject),
  };
}

function bucketAndPair(subject: Subject): { readonly bucket?: string; readonly pair?: string } {
  switch (subject.kind) {
    case 'object-version':
      return { bucket: subject.object.bucket };
    case 'pair':
      return { bucket: subject.source, pair: subject.pair };
    case 'bucket':
    case 'prefix':
      return { bucket: subject.bucket };
    default:
      return {};
  }
}

/** One line for people: what and where. Keys can be 1,024 bytes of anything, so this is shortened and kept to ASCII. */
function titleOf({ finding: { code, subject }, severity }: Alert): string {
  const where =
    subject.kind === 'object-version'
      ? `${subject.object.bucket}/${subject.object.key}`
      : subject.kind === 'monitor'
        ? subject.region
        : formatSubject(subject);
  // SNS takes less than 100 characters of printable ASCII as the subject of an e-mail.
  const line = `[${severity}] ${code}: ${where}`.replaceAll(/[^\x20-\x7e]/g, '?');
  return line.length < 100 ? line : `${line.slice(0, 96)}...`;
}
