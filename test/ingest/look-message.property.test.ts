import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLook } from '../../src/ingest/look-message.ts';
import { formatLook } from '../../src/model/look.ts';
import { EVENT_KINDS, type ObjectEvent } from '../../src/model/event.ts';
import type { Look } from '../../src/model/look.ts';
import { dates, followUps, hostileTexts as texts, objectRefs } from '../support/arbitrary-messages.ts';

const replications = fc.record(
  { ruleId: texts, destinationBucket: texts, operation: texts, failureReason: texts, requestedAt: dates },
  { requiredKeys: [], noNullPrototype: true },
);

const events: fc.Arbitrary<ObjectEvent> = fc.record(
  {
    kind: fc.constantFrom(...EVENT_KINDS),
    name: texts,
    object: objectRefs,
    eventAt: dates,
    sizeBytes: fc.maxSafeNat(),
    etag: texts,
    sequencer: texts,
    principal: texts,
    replication: replications,
  },
  { requiredKeys: ['kind', 'name', 'object', 'eventAt'], noNullPrototype: true },
);

const looks: fc.Arbitrary<Look> = fc.record(
  {
    event: events,
    reach: fc.constantFrom('recorded', 'content'),
    purpose: fc.constantFrom('first', 'retry', 'confirm', 'resume', 'follow-up'),
    attempt: fc.nat(),
    dueAt: dates,
    resume: texts,
    spendsKms: fc.constant(true),
    follow: followUps,
    suspicion: fc.record({ seen: texts, readings: fc.nat() }, { noNullPrototype: true }),
  },
  { requiredKeys: ['event', 'reach', 'purpose', 'attempt'], noNullPrototype: true },
);

describe('parseLook', () => {
  it('is the inverse of formatLook', () => {
    fc.assert(
      fc.property(looks, (look) => {
        expect(parseLook(formatLook(look))).toStrictEqual(look);
        expect(parseLook(JSON.parse(formatLook(look)))).toStrictEqual(look);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.json()), (body) => {
        expect(parseLook(body)).toBeUndefined();
      }),
    );
  });
});
