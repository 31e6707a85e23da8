import { describe, expect, it } from 'vitest';
import { parsePeerMessage } from '../../src/ingest/peer-message.ts';
import { formatPeerMessage, type PeerMessage } from '../../src/model/peer-message.ts';
import { aState, OBJECT } from '../support/facts.ts';
import { withMember } from '../support/with-member.ts';

const VERSION = { link: 'photos/a/b', object: OBJECT, createdAt: new Date('2026-11-02T08:15:30.123Z') };
const PENDING: PeerMessage = { kind: 'pending', version: { ...VERSION, sizeBytes: 10, source: aState() } };
const SETTLED: PeerMessage = { kind: 'settled', version: VERSION };
const BULK: PeerMessage = { kind: 'bulk', link: 'photos/a/b', on: true, at: VERSION.createdAt };
const PROGRESS: PeerMessage = { kind: 'progress', link: 'photos/a/b', eventAt: VERSION.createdAt };
const IDLE: PeerMessage = { ...PROGRESS, idle: true };

describe('parsePeerMessage', () => {
  it.each([PENDING, SETTLED, BULK, PROGRESS, IDLE])('reads what formatPeerMessage wrote: $kind', (message) => {
    expect(parsePeerMessage(formatPeerMessage(message))).toStrictEqual(message);
  });

  it.each<[PeerMessage, string, unknown]>([
    [PENDING, 'format', 'holdfast.peer.v2'],
    [PENDING, 'kind', 'gossip'],
    [PENDING, 'kind', 'toString'],
    [PENDING, 'version', undefined],
    [PENDING, 'version.link', 7],
    [PENDING, 'version.createdAt', 'yesterday'],
    [PENDING, 'version.sizeBytes', undefined],
    [PENDING, 'version.object.region', null],
    [PENDING, 'version.source.etag', 'abc'],
    [PENDING, 'version.source.checksums', {}],
    [PENDING, 'version.source.checksums', [{ algorithm: 'CRC16', type: 'FULL_OBJECT', base64: 'AA==' }]],
    [PENDING, 'version.source.metadata', ['a']],
    [SETTLED, 'version.object.key', undefined],
    [BULK, 'on', 'yes'],
    [BULK, 'at', undefined],
    [PROGRESS, 'link', undefined],
    [PROGRESS, 'eventAt', 5],
    [IDLE, 'idle', 'yes'],
  ])('refuses %j whose %s is %j', (message, path, value) => {
    expect(parsePeerMessage(withMember(formatPeerMessage(message), path, value))).toBeUndefined();
  });

  it.each(['', 'not JSON', 'null', '[]', '{}'])('finds no message in %j', (body) => {
    expect(parsePeerMessage(body)).toBeUndefined();
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
    expect(() => parsePeerMessage(trap)).toThrow('ours');
  });
});
