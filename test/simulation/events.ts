import type { ObjectRef } from '../../src/model/object.ts';

/** What S3 announces. */
export interface SimulatedEvent {
  /** Without `s3:`. */
  readonly name: string;
  readonly object: ObjectRef;
  readonly sizeBytes?: number;
  readonly sequencer?: string;
  readonly replication?: { readonly destination: string; readonly reason?: string };
}

/** The notification as S3 writes it. */
export function formatEvent({ name, object, sizeBytes, sequencer, replication }: SimulatedEvent, at: number): string {
  const { bucket, region, key, versionId } = object;
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date(at).toISOString(),
    eventName: name,
    userIdentity: { principalId: 'AWS:AROAEXAMPLE:writer' },
    s3: {
      bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
        versionId,
        ...(sizeBytes === undefined ? {} : { size: sizeBytes }),
        ...(sequencer === undefined ? {} : { sequencer }),
      },
    },
    ...(replication === undefined
      ? {}
      : {
          replicationEventData: {
            replicationRuleId: 'everything',
            destinationBucket: `arn:aws:s3:::${replication.destination}`,
            s3Operation: 'OBJECT_PUT',
            requestTime: new Date(at).toISOString(),
            ...(replication.reason === undefined ? {} : { failureReason: replication.reason }),
          },
        }),
  };
  return JSON.stringify({ Records: [record] });
}
