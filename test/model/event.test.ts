import { describe, expect, it } from 'vitest';
import { eventIdentity, type ObjectEvent } from '../../src/model/event.ts';

const CREATED: ObjectEvent = {
  kind: 'created',
  name: 'ObjectCreated:Put',
  object: { bucket: 'b', region: 'eu-west-1', key: 'k', versionId: 'v1' },
  eventAt: new Date('2026-11-02T08:15:30.123Z'),
  etag: 'e',
  sequencer: '0A',
};
const { sequencer: SEQUENCER, ...UNORDERED } = CREATED;
const TAGGED: ObjectEvent = { ...UNORDERED, kind: 'tags-changed', name: 'ObjectTagging:Put' };
const UNKNOWN: ObjectEvent = { ...CREATED, kind: 'other', name: 'ObjectMelted:Put' };
const FAILED: ObjectEvent = {
  ...CREATED,
  kind: 'replication-failed',
  name: 'Replication:OperationFailedReplication',
  replication: {
    ruleId: 'r',
    destinationBucket: 'd',
    operation: 'OBJECT_PUT',
    failureReason: 'AssumeRoleNotPermitted',
  },
};

describe('eventIdentity', () => {
  it.each<[string, ObjectEvent, ObjectEvent]>([
    ['was delivered twice', CREATED, { ...CREATED }],
    ['names another Region of the same bucket', CREATED, { ...CREATED, object: { ...CREATED.object, region: 'x' } }],
    ['has no sequencer and was delivered twice', TAGGED, { ...TAGGED, eventAt: new Date(TAGGED.eventAt) }],
    ['reports a replication and was delivered twice', FAILED, { ...FAILED }],
    ['came by EventBridge too', CREATED, { ...CREATED, name: 'Object Created', sequencer: '000a' }],
  ])('is the same for an event that %s', (_, event, other) => {
    expect(eventIdentity(event)).toBe(eventIdentity(other));
  });

  it.each<[string, ObjectEvent, ObjectEvent]>([
    ['bucket', CREATED, { ...CREATED, object: { ...CREATED.object, bucket: 'b2' } }],
    ['key', CREATED, { ...CREATED, object: { ...CREATED.object, key: 'k2' } }],
    ['version ID', CREATED, { ...CREATED, object: { ...CREATED.object, versionId: 'v2' } }],
    ['absence of a version ID', CREATED, { ...CREATED, object: { bucket: 'b', region: 'eu-west-1', key: 'k' } }],
    ['kind', CREATED, { ...CREATED, kind: 'version-removed' }],
    ['name, without a sequencer', TAGGED, { ...TAGGED, name: 'ObjectTagging:Delete' }],
    ['name, of an unknown kind', UNKNOWN, { ...UNKNOWN, name: 'ObjectFrozen:Put' }],
    ['sequencer', CREATED, { ...CREATED, sequencer: `${SEQUENCER}B` }],
    ['time, without a sequencer', TAGGED, { ...TAGGED, eventAt: new Date('2026-11-02T08:15:30.124Z') }],
    ['ETag, without a sequencer', TAGGED, { ...TAGGED, etag: 'f' }],
    ['rule', FAILED, { ...FAILED, replication: { ...FAILED.replication, ruleId: 'r2' } }],
    ['destination', FAILED, { ...FAILED, replication: { ...FAILED.replication, destinationBucket: 'd2' } }],
    ['operation', FAILED, { ...FAILED, replication: { ...FAILED.replication, operation: 'OBJECT_TAGGING' } }],
    ['time of a failed attempt', FAILED, { ...FAILED, eventAt: new Date('2026-11-02T09:15:30.123Z') }],
    ['report', FAILED, { ...FAILED, replication: {} }],
  ])('differs by the %s', (_, event, other) => {
    expect(eventIdentity(event)).not.toBe(eventIdentity(other));
  });

  it('does not need an ETag', () => {
    const { etag, ...bare } = TAGGED;
    expect(eventIdentity(bare)).not.toBe(eventIdentity({ ...bare, etag: `${etag}` }));
  });

  it('does not confuse values that contain separators', () => {
    const slash = { ...CREATED, object: { ...CREATED.object, bucket: 'b","k', key: '' } };
    expect(eventIdentity(slash)).not.toBe(
      eventIdentity({ ...CREATED, object: { ...CREATED.object, bucket: 'b', key: 'k' } }),
    );
  });
});
