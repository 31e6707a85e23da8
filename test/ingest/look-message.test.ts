import { describe, expect, it } from 'vitest';
import { parseLook } from '../../src/ingest/look-message.ts';
import { formatLook } from '../../src/model/look.ts';
import type { Look } from '../../src/model/look.ts';

const LOOK: Look = {
  event: {
    kind: 'created',
    name: 'ObjectCreated:Put',
    object: { bucket: 'orders-use1', region: 'us-east-1', key: 'a b.txt', versionId: 'v1' },
    eventAt: new Date('2026-11-02T08:15:30.123Z'),
  },
  reach: 'content',
  purpose: 'confirm',
  attempt: 1,
  dueAt: new Date('2026-11-02T08:16:00Z'),
  suspicion: { seen: 'other bytes', readings: 2 },
};

/** The message with another value at one path. */
function withMember(path: string, value: unknown): unknown {
  const message = JSON.parse(formatLook(LOOK)) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() ?? '';
  let parent = message;
  for (const name of names) parent = parent[name] as Record<string, unknown>;
  parent[last] = value;
  return message;
}

describe('parseLook', () => {
  it('reads what formatLook wrote', () => {
    expect(parseLook(formatLook(LOOK))).toStrictEqual(LOOK);
  });

  it.each<[string, unknown]>([
    ['format', 'holdfast.look.v2'],
    ['reach', 'everything'],
    ['reach', 'toString'],
    ['reach', 7],
    ['purpose', 'curiosity'],
    ['attempt', -1],
    ['attempt', null],
    ['dueAt', 'later'],
    ['resume', 5],
    ['suspicion', {}],
    ['suspicion.readings', 0.5],
    ['event', null],
    ['event.kind', 'exploded'],
    ['event.eventAt', null],
    ['event.sizeBytes', 'big'],
    ['event.object.key', undefined],
    ['event.etag', 5],
    ['event.replication', { ruleId: 5 }],
    ['event.replication', { requestedAt: '' }],
  ])('refuses a message whose %s is %j', (path, value) => {
    expect(parseLook(withMember(path, value))).toBeUndefined();
  });

  it.each(['', 'not JSON', 'null', '[]', '{}'])('finds no look in %j', (body) => {
    expect(parseLook(body)).toBeUndefined();
  });

  it('does not hide an error that is ours', () => {
    const trap = new Proxy(
      {},
      {
        getOwnPropertyDescriptor: () => {
          throw new RangeError('ours');
        },
      },
    );
    expect(() => parseLook(trap)).toThrow('ours');
  });
});
