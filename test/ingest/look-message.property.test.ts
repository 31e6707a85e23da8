import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLook } from '../../src/ingest/look-message.ts';
import { formatLook } from '../../src/model/look.ts';
import { EVENT_KINDS, type ObjectEvent } from '../../src/model/event.ts';
import type { Look } from '../../src/model/look.ts';

const texts = fc.string({
  unit: fc.constantFrom('a', '+', '%', ' ', '/', 'é', '～', '😀', '"', '\\', '\u0000', '\uD83D'),
});
const dates = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

const replications = fc.record(
  { ruleId: texts, destinationBucket: texts, operation: texts, failureReason: texts, requestedAt: dates },
  { requiredKeys: [], noNullPrototype: true },
);

const events: fc.Arbitrary<ObjectEvent> = fc.record(
  {
    kind: fc.constantFrom(...EVENT_KINDS),
    name: texts,
    object: fc.record(
      { bucket: texts, region: texts, key: texts, versionId: texts },
      { requiredKeys: ['bucket', 'region', 'key'], noNullPrototype: true },
    ),
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
    purpose: fc.constantFrom('first', 'retry', 'confirm', 'resume'),
    attempt: fc.nat(),
    dueAt: dates,
    resume: texts,
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
