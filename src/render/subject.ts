import type { BucketRef } from '../model/bucket-settings.ts';
import type { Subject } from '../model/finding.ts';
import { formatObject } from '../model/object.ts';

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
    case 'mrap':
      return `access point ${subject.mrap}${subject.region === undefined ? '' : ` in ${subject.region}`}`;
    case 'monitor':
      return `monitor in ${subject.region}`;
    default:
      return subject satisfies never;
  }
}

/** An access point as a whole is in no Region. */
export function regionOf(subject: Subject): string {
  return (subject.kind === 'object-version' ? subject.object.region : subject.region) ?? 'aws-global';
}

/** Longest names, in characters: S3 takes keys and version IDs of 1,024 bytes, IAM ARNs of 2,048 characters. */
const LONGEST = { name: 256, key: 1_024, arn: 2_048 } as const;

type Shorten = (name: string, longest: number) => string;

/** The same subject, with what is too long to be a name of its kind made shorter. */
export function shortenSubject(subject: Subject, shorten: Shorten): Subject {
  switch (subject.kind) {
    case 'object-version': {
      const { key, versionId } = subject.object;
      const object = { ...shortenBucket(subject.object, shorten), key: shorten(key, LONGEST.key) };
      return {
        ...subject,
        object: versionId === undefined ? object : { ...object, versionId: shorten(versionId, LONGEST.key) },
      };
    }
    case 'pair': {
      const { pair, region, source, destination } = subject;
      const rest = destination === undefined ? {} : { destination: shorten(destination, LONGEST.name) };
      const short = (name: string): string => shorten(name, LONGEST.name);
      return { ...subject, pair: short(pair), region: short(region), source: short(source), ...rest };
    }
    case 'bucket':
      return { ...subject, ...shortenBucket(subject, shorten) };
    case 'prefix':
      return { ...subject, ...shortenBucket(subject, shorten), prefix: shorten(subject.prefix, LONGEST.key) };
    case 'kms-key':
      return {
        ...subject,
        keyArn: shorten(subject.keyArn, LONGEST.arn),
        region: shorten(subject.region, LONGEST.name),
      };
    case 'mrap': {
      const { mrap, region } = subject;
      const rest = region === undefined ? {} : { region: shorten(region, LONGEST.name) };
      return { ...subject, mrap: shorten(mrap, LONGEST.name), ...rest };
    }
    case 'monitor':
      return { ...subject, region: shorten(subject.region, LONGEST.name) };
    default:
      return subject satisfies never;
  }
}

export function shortenBucket({ bucket, region }: BucketRef, shorten: Shorten): BucketRef {
  return { bucket: shorten(bucket, LONGEST.name), region: shorten(region, LONGEST.name) };
}
