import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNotification } from '../../src/ingest/s3-notification.ts';

const keys = fc.string({
  unit: fc.constantFrom('a', '+', '%', ' ', '/', 'é', '～', '😀', '2', 'B', '"', '\\', '&', '='),
  minLength: 1,
});

/** As S3 does it, written apart from the code under test: every byte but letters, digits and `.-*_/` is escaped. */
function formEncode(key: string): string {
  return Array.from(new TextEncoder().encode(key), (byte) => {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9.\-*_/]/.test(char)) return char;
    return char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function classic(key: string): unknown {
  const s3 = { bucket: { name: 'b' }, object: { key } };
  const frame = { eventVersion: '2.1', awsRegion: 'eu-west-1', eventTime: '2026-11-02T08:15:30.123Z' };
  return { Records: [{ ...frame, eventName: 'ObjectCreated:Put', s3 }] };
}

function bridge(key: string): unknown {
  const detail = { bucket: { name: 'b' }, object: { key } };
  return {
    'detail-type': 'Object Created',
    source: 'aws.s3',
    time: '2026-11-02T08:15:30Z',
    region: 'eu-west-1',
    detail,
  };
}

const wrappings = fc.array(
  fc.constantFrom<(body: unknown) => unknown>(
    (body) => JSON.stringify(body),
    (body) => ({ Records: [{ eventSource: 'aws:sqs', body: JSON.stringify(body) }] }),
    (body) => ({ Type: 'Notification', Message: JSON.stringify(body) }),
    (body) => ({ Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(body) } }] }),
    (body) => ({ requestPayload: body }),
  ),
  { maxLength: 3 },
);

describe('parseNotification', () => {
  it('gives back the key that was encoded, through any wrapping', () => {
    fc.assert(
      fc.property(keys, wrappings, fc.boolean(), (key, wraps, encodes) => {
        const body = encodes ? classic(formEncode(key)) : bridge(key);
        const { events, rejected } = parseNotification(wraps.reduce((inner, wrap) => wrap(inner), body));
        expect(rejected).toEqual([]);
        expect(events.map(({ object }) => object.key)).toEqual([key]);
      }),
    );
  });

  it('accounts for every record of a batch, whatever the others are', () => {
    const records = fc.array(fc.oneof(fc.constant('good'), fc.jsonValue({ maxDepth: 2 })), { maxLength: 6 });
    fc.assert(
      fc.property(records, (batch) => {
        const body = { Records: batch.map((entry) => (entry === 'good' ? bridge('k') : { s3: entry })) };
        const { events, rejected } = parseNotification(body);
        expect(events).toHaveLength(batch.filter((entry) => entry === 'good').length);
        expect(events.length + rejected.length).toBe(batch.length);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.json(), fc.string()), (body) => {
        const { events, rejected } = parseNotification(body);
        expect(events).toEqual([]);
        for (const { reason } of rejected) expect(reason).toMatch(/: expected .*, got /);
      }),
    );
  });
});
