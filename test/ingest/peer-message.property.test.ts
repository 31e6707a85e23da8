import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePeerMessage } from '../../src/ingest/peer-message.ts';
import { formatPeerMessage } from '../../src/model/peer-message.ts';
import { peerMessages } from '../support/arbitrary-messages.ts';

describe('parsePeerMessage', () => {
  it('is the inverse of formatPeerMessage', () => {
    fc.assert(
      fc.property(peerMessages, (message) => {
        expect(parsePeerMessage(formatPeerMessage(message))).toStrictEqual(message);
        expect(parsePeerMessage(JSON.parse(formatPeerMessage(message)))).toStrictEqual(message);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.json()), (body) => {
        expect(parsePeerMessage(body)).toBeUndefined();
      }),
    );
  });
});
