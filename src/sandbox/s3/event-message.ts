import type { Bucket } from './stored.ts';
import { canonicalId } from './identifiers.ts';
import { encodeKey } from './encode-key.ts';

/** What happened to which object. */
export interface EventDetails {
  /** Without `s3:`, e.g. `ObjectCreated:Put`. */
  readonly name: string;
  readonly key: string;
  readonly versionId?: string;
  readonly sizeBytes?: number;
  /** Without quotes. */
  readonly etag?: string;
  readonly sequencer?: string;
  /** Members of the record beside `s3`, e.g. `replicationEventData`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface EventCause {
  readonly principalId: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly hostId: string;
}

/**
 * A notification with one record.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function eventMessage(event: {
  readonly bucket: Bucket;
  readonly details: EventDetails;
  readonly cause: EventCause;
  readonly at: Date;
  readonly configurationId: string;
}): string {
  const { bucket, details, cause, at, configurationId } = event;
  const record = {
    eventVersion: '2.6',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: at.toISOString(),
    eventName: details.name,
    userIdentity: { principalId: cause.principalId },
    requestParameters: { sourceIPAddress: cause.sourceIp },
    responseElements: { 'x-amz-request-id': cause.requestId, 'x-amz-id-2': cause.hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: canonicalId(bucket.account).slice(0, 14).toUpperCase() },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        key: encodeKey(details.key),
        size: details.sizeBytes,
        eTag: details.etag,
        // A bucket that was never versioned does not speak of versions.
        versionId: bucket.versioning === undefined ? undefined : details.versionId,
        sequencer: details.sequencer,
      },
    },
    ...details.extra,
  };
  return JSON.stringify({ Records: [record] });
}

/** What S3 sends to a destination that it is told of. It has no `Records`. */
export function testMessage(bucket: Bucket, at: Date, cause: EventCause): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: at.toISOString(),
    Bucket: bucket.name,
    RequestId: cause.requestId,
    HostId: cause.hostId,
  });
}
