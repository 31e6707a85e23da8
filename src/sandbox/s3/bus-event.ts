import type { BusEvent } from '../service.ts';
import type { EventCause, EventDetails } from './event-message.ts';
import type { Bucket } from './stored.ts';

interface Translation {
  readonly type: string;
  readonly more?: Readonly<Record<string, string>>;
}

const created = (reason: string): Translation => ({ type: 'Object Created', more: { reason } });
const deleted = (reason: string, type: string): Translation => ({
  type: 'Object Deleted',
  more: { reason, 'deletion-type': type },
});

/**
 * What EventBridge calls the events of S3. Replication and lost objects have no name there: they are not sent.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-mapping-troubleshooting.html
 */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  'ObjectCreated:Put': created('PutObject'),
  'ObjectCreated:Post': created('POST Object'),
  'ObjectCreated:Copy': created('CopyObject'),
  'ObjectCreated:CompleteMultipartUpload': created('CompleteMultipartUpload'),
  'ObjectRemoved:Delete': deleted('DeleteObject', 'Permanently Deleted'),
  'ObjectRemoved:DeleteMarkerCreated': deleted('DeleteObject', 'Delete Marker Created'),
  'LifecycleExpiration:Delete': deleted('Lifecycle Expiration', 'Permanently Deleted'),
  'LifecycleExpiration:DeleteMarkerCreated': deleted('Lifecycle Expiration', 'Delete Marker Created'),
  'ObjectRestore:Post': { type: 'Object Restore Initiated' },
  'ObjectRestore:Completed': { type: 'Object Restore Completed' },
  'ObjectRestore:Delete': { type: 'Object Restore Expired' },
  LifecycleTransition: { type: 'Object Storage Class Changed' },
  IntelligentTiering: { type: 'Object Access Tier Changed' },
  'ObjectTagging:Put': { type: 'Object Tags Added' },
  'ObjectTagging:Delete': { type: 'Object Tags Deleted' },
  'ObjectAcl:Put': { type: 'Object ACL Updated' },
  'ObjectRetention:Put': { type: 'Object Retention Updated' },
};

/** Digits of a sequencer on EventBridge, which writes it shorter than notifications do, and in lower case. */
const SEQUENCER_DIGITS = 16;

/**
 * An event in EventBridge's words; `undefined`: it does not go there. The key is not encoded, the time has no milliseconds.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function busEvent(event: {
  readonly bucket: Bucket;
  readonly details: EventDetails;
  readonly cause: EventCause;
  readonly at: Date;
  readonly id: string;
}): BusEvent | undefined {
  const { bucket, details, cause, at, id } = event;
  const translation = TRANSLATIONS[details.name];
  if (translation === undefined) return undefined;
  const byService = cause.principalId === 's3.amazonaws.com';
  return {
    version: '0',
    id,
    'detail-type': translation.type,
    source: 'aws.s3',
    account: bucket.account,
    time: at.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: bucket.region,
    resources: [`arn:aws:s3:::${bucket.name}`],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: {
        key: details.key,
        size: details.sizeBytes,
        etag: details.etag,
        'version-id': bucket.versioning === undefined ? undefined : details.versionId,
        sequencer: details.sequencer?.toLowerCase().replace(/^0+/, '').padStart(SEQUENCER_DIGITS, '0'),
      },
      'request-id': cause.requestId,
      requester: byService ? 's3.amazonaws.com' : bucket.account,
      ...(byService ? {} : { 'source-ip-address': cause.sourceIp }),
      ...translation.more,
    },
  };
}
