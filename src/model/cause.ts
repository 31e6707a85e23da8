import type { Alert } from './action.ts';
import type { Finding, Subject } from './finding.ts';
import { isImmutable } from './object.ts';

/** Evidence that names a cause: what one and the same act of a person would mend. */
const OF_CAUSES: readonly string[] = ['link', 'destinationBucket', 'reason', 'failureReason', 'keyArn'];

/** Evidence that tells two findings with the same code about the same version apart, and is the same in every look. */
const OF_CASES: readonly string[] = [
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

/**
 * Text from which the fingerprint of a cause is hashed: code, place, reason and so on, never an object. However many objects it
 * takes, it is one alert.
 */
export function causeText({ finding: { code, verdict, subject, evidence, replica }, severity }: Alert): string {
  const destination = evidence['destinationBucket'] ?? replica?.bucket ?? null;
  const members = OF_CAUSES.map((name) => (name === 'destinationBucket' ? destination : (evidence[name] ?? null)));
  return JSON.stringify([code, verdict, severity, placeOf(subject), members, ...auditOf(evidence)]);
}

/** Text from which a case is hashed: what one finding is about, without anything that differs between two looks. */
export function caseText({ finding: { code, subject, evidence, replica }, event }: Alert): string {
  // S3 reports it, and the next look at the replica sees it as well: that is one failure, whatever each knows about it.
  if (code === 'replication-failed') {
    return JSON.stringify([code, subject, evidence['destinationBucket'] ?? replica?.bucket ?? null]);
  }
  // Each run of an audit comes to an end of its own.
  const run = code === 'audit-finished' ? [evidence['run'] ?? null] : [];
  // A rate that is unusual is told anew every hour.
  const hour = evidence['hour'] === undefined ? [] : [evidence['hour']];
  // The version `null`, and a key without versions, can hold other content tomorrow: that is another object.
  const content = subject.kind === 'object-version' && !isImmutable(subject.object) ? (event?.etag ?? null) : null;
  return JSON.stringify([
    code,
    subject,
    content,
    OF_CASES.map((name) => evidence[name] ?? null),
    ...hour,
    ...auditOf(evidence),
    ...run,
  ]);
}

/** A pair can have several audits that are made by the clock: what happens to one says nothing of another. */
function auditOf({ audit }: Finding['evidence']): readonly (string | number)[] {
  return audit === undefined ? [] : [audit];
}

/** Names what a case is about, whatever was found: one look can heal every case of an object. */
export function subjectText(subject: Subject): string {
  if (subject.kind !== 'object-version') return JSON.stringify(subject);
  const { bucket, key, versionId } = subject.object;
  return JSON.stringify([bucket, key, versionId ?? 'null']);
}

type PlaceOf = { readonly [Kind in Subject['kind']]: (subject: Extract<Subject, { kind: Kind }>) => readonly string[] };

/** Where the cause is: keys and prefixes are cases. */
const PLACES: PlaceOf = {
  'object-version': ({ object: { bucket, region } }) => [bucket, region],
  pair: ({ pair, source, destination = '', region }) => [pair, source, destination, region],
  bucket: ({ bucket, region }) => [bucket, region],
  prefix: ({ bucket, region }) => [bucket, region],
  'kms-key': ({ keyArn, region }) => [keyArn, region],
  monitor: ({ region }) => [region],
  mrap: ({ mrap, region = '' }) => [mrap, region],
};

function placeOf<Kind extends Subject['kind']>(subject: Extract<Subject, { kind: Kind }>): readonly string[] {
  const place: (subject: Extract<Subject, { kind: Kind }>) => readonly string[] = PLACES[subject.kind];
  return place(subject);
}
