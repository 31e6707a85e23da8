import { describe, expect, it } from 'vitest';
import { readAside } from '../../src/ingest/aside-message.ts';
import { laneOf, LANES } from '../../src/model/set-aside.ts';

const region = 'eu-west-1';
const POISON = { region, queue: 'poison' } as const;
const READS = { region, queue: 'reads' } as const;
const KEY = 'a+b%20c/é～😀';

const record = {
  eventSource: 'aws:s3',
  eventName: 'ObjectCreated:Put',
  s3: { bucket: { name: 'orders' }, object: { key: KEY } },
};
const ABOUT = { from: 'aws:s3', event: 'ObjectCreated:Put', bucket: 'orders', key: KEY };
const setAside = (text: string): string => JSON.stringify({ reason: 'eventTime: expected a text', record: text });

describe('what was set aside', () => {
  it.each([
    ['a record of S3', JSON.stringify(record), ABOUT],
    ['a notification', JSON.stringify({ Records: [record, {}] }), ABOUT],
    [
      'a notification by SNS and SQS',
      JSON.stringify({ Records: [{ body: JSON.stringify({ Message: JSON.stringify({ Records: [record] }) }) }] }),
      ABOUT,
    ],
    [
      'an event of EventBridge',
      JSON.stringify({
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: { bucket: { name: 'orders' }, object: { key: KEY } },
      }),
      { ...ABOUT, from: 'aws.s3', event: 'Object Created' },
    ],
    [
      'a look',
      JSON.stringify({
        format: 'holdfast.look.v9',
        event: { name: 'ObjectCreated:Put', object: { bucket: 'orders', key: KEY } },
      }),
      { ...ABOUT, from: 'holdfast.look.v9' },
    ],
    [
      'a message of a peer',
      JSON.stringify({
        format: 'holdfast.peer.v9',
        kind: 'pending',
        version: { object: { bucket: 'orders', key: KEY } },
      }),
      { ...ABOUT, from: 'holdfast.peer.v9', event: 'pending' },
    ],
    ['a text', 'hello', {}],
    ['a number', '7', {}],
    ['an empty list of records', '{"Records":[]}', {}],
    ['an object that says nothing', '{"eventSource":7}', {}],
  ])('says what it is about: %s', (_, text, about) => {
    expect(readAside(POISON, setAside(text))).toEqual({ reason: 'eventTime: expected a text', record: text, ...about });
    expect(readAside(READS, text)).toEqual({ record: text, ...about });
  });

  it('ends where envelopes do not', () => {
    const deep = Array.from({ length: 9 }).reduce<string>((inner) => JSON.stringify({ body: inner }), 'hello');
    expect(readAside(READS, deep)).toEqual({ record: deep });
  });

  it.each([
    ['is no JSON', 'hello', {}],
    ['has no record', '{"reason":"x"}', {}],
    ['has no reason', '{"record":"x"}', {}],
    ['is a notification', JSON.stringify(record), ABOUT],
  ])('goes back whole where it was not Holdfast that put it there: %s', (_, body, about) => {
    expect(readAside(POISON, body)).toEqual({ record: body, ...about });
  });

  it('goes back to its lane, and what cannot be read to the signals', () => {
    expect(laneOf(POISON)).toBe('signals');
    expect(LANES.map((queue) => laneOf({ region, queue }))).toEqual([...LANES]);
  });
});
