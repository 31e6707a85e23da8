import { stripETag } from '../model/etag.ts';
import type { EventKind, ObjectEvent } from '../model/event.ts';
import { KIND_BY_DETAIL_TYPE, toRemovalKind } from './event-names.ts';
import * as fields from './fields.ts';
import { member, type Found } from './fields.ts';

/**
 * Reads one EventBridge event of S3. Its members are hyphenated, its key is not encoded, its time has no milliseconds, and
 * there is none for replication or lost objects.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function parseEventBridgeEvent(found: Found, fallbackRegion: string | undefined): ObjectEvent {
  const source = member(found, 'source');
  if (source.value !== 'aws.s3') fields.refuseName(source, "'aws.s3'");
  const detail = member(found, 'detail');
  const object = member(detail, 'object');
  const region = member(found, 'region');
  const name = fields.requiredText(member(found, 'detail-type'));
  const versionId = fields.optionalText(member(object, 'version-id'));
  const sizeBytes = fields.optionalSize(member(object, 'size'));
  const etag = fields.optionalText(member(object, 'etag'));
  const sequencer = fields.optionalText(member(object, 'sequencer'));
  const principal = fields.lenientText(member(detail, 'requester'));
  return {
    kind: toDetailKind(name, detail),
    name,
    object: {
      bucket: fields.requiredText(member(member(detail, 'bucket'), 'name')),
      region: fields.optionalText(region) ?? fallbackRegion ?? fields.refuse(region, 'a Region'),
      key: fields.requiredText(member(object, 'key')),
      ...(versionId === undefined ? {} : { versionId }),
    },
    eventAt: fields.requiredTime(member(found, 'time')),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(etag === undefined ? {} : { etag: stripETag(etag) }),
    ...(sequencer === undefined ? {} : { sequencer }),
    ...(principal === undefined ? {} : { principal }),
  };
}

function toDetailKind(name: string, detail: Found): EventKind {
  if (name !== 'Object Deleted') return KIND_BY_DETAIL_TYPE.get(name) ?? 'other';
  return toRemovalKind(
    fields.lenientText(member(detail, 'deletion-type')),
    fields.lenientText(member(detail, 'reason')),
  );
}
