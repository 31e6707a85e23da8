import { describe, expect, it } from 'vitest';
import type { ObjectEvent } from '../../src/model/event.ts';
import { firstLook, lookIdentity, type Look } from '../../src/model/look.ts';

const EVENT: ObjectEvent = {
  kind: 'created',
  name: 'ObjectCreated:Put',
  object: { bucket: 'b', region: 'eu-west-1', key: 'k', versionId: 'v1' },
  eventAt: new Date('2026-11-02T08:15:30.123Z'),
  sequencer: '0A',
};
const LOOK: Look = { event: EVENT, reach: 'content', purpose: 'confirm', attempt: 1 };

describe('firstLook', () => {
  it('looks at what is recorded unless told otherwise', () => {
    expect(firstLook(EVENT)).toEqual({ event: EVENT, reach: 'recorded', purpose: 'first', attempt: 0 });
    expect(firstLook(EVENT, 'content').reach).toBe('content');
  });
});

describe('lookIdentity', () => {
  it('is the same for a look that was delivered twice, whenever it is due', () => {
    expect(lookIdentity({ ...LOOK, dueAt: new Date(0) })).toBe(lookIdentity(LOOK));
  });

  it.each<[string, Partial<Look>]>([
    ['event', { event: { ...EVENT, sequencer: '0B' } }],
    ['reach', { reach: 'recorded' }],
    ['purpose', { purpose: 'retry' }],
    ['attempt', { attempt: 2 }],
    ['place to go on', { resume: 'x' }],
    ['suspicion', { suspicion: { seen: 'x', readings: 1 } }],
  ])('differs by the %s', (_, change) => {
    expect(lookIdentity({ ...LOOK, ...change })).not.toBe(lookIdentity(LOOK));
  });
});
