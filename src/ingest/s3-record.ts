import { stripETag } from '../model/etag.ts';
import type { ObjectEvent, ReplicationReport } from '../model/event.ts';
import { decodeKey } from './decode-key.ts';
import { toKind } from './event-names.ts';
import * as fields from './fields.ts';
import { member, type Found } from './fields.ts';

/**
 * Reads one record of a classic notification: any 2.x version, because a minor version only adds members. `fallbackRegion`
 * is for servers that leave `awsRegion` empty.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function parseS3Record(found: Found, fallbackRegion: string | undefined): ObjectEvent {
  const version = member(found, 'eventVersion');
  if (!/^2\.\d+$/.test(fields.requiredText(version))) fields.refuseName(version, 'a version 2.x');
  const s3 = member(found, 's3');
  const object = member(s3, 'object');
  const region = member(found, 'awsRegion');
  const name = fields.requiredText(member(found, 'eventName')).replace(/^s3:/, '');
  const versionId = fields.optionalText(member(object, 'versionId'));
  const sizeBytes = fields.optionalSize(member(object, 'size'));
  const etag = fields.optionalText(member(object, 'eTag'));
  const sequencer = fields.optionalText(member(object, 'sequencer'));
  const principal = fields.lenientText(member(member(found, 'userIdentity'), 'principalId'));
  const replication = parseReplicationReport(member(found, 'replicationEventData'));
  return {
    kind: toKind(name),
    name,
    object: {
      bucket: fields.requiredText(member(member(s3, 'bucket'), 'name')),
      region: fields.optionalText(region) ?? fallbackRegion ?? fields.refuse(region, 'a Region'),
      key: decodeKey(fields.requiredText(member(object, 'key'))),
      ...(versionId === undefined ? {} : { versionId }),
    },
    eventAt: fields.requiredTime(member(found, 'eventTime')),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(etag === undefined ? {} : { etag: stripETag(etag) }),
    ...(sequencer === undefined ? {} : { sequencer }),
    ...(principal === undefined ? {} : { principal }),
    ...(replication === undefined ? {} : { replication }),
  };
}

/** Leniently: a report of a failure must not get lost because of a member that only explains it. */
function parseReplicationReport(found: Found): ReplicationReport | undefined {
  if (!fields.isJsonObject(found.value)) return undefined;
  const ruleId = fields.lenientText(member(found, 'replicationRuleId'));
  const destinationArn = fields.lenientText(member(found, 'destinationBucket'));
  const operation = fields.lenientText(member(found, 's3Operation'));
  const failureReason = fields.lenientText(member(found, 'failureReason'));
  const requestedAt = fields.lenientTime(member(found, 'requestTime'));
  return {
    ...(ruleId === undefined ? {} : { ruleId }),
    ...(destinationArn === undefined ? {} : { destinationBucket: destinationArn.replace(/^arn:[^:]*:s3:::/, '') }),
    ...(operation === undefined ? {} : { operation }),
    ...(failureReason === undefined ? {} : { failureReason }),
    ...(requestedAt === undefined ? {} : { requestedAt }),
  };
}
