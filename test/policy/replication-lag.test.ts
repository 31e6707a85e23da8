import { describe, expect, it } from 'vitest';
import { CANARY_PREFIX } from '../../src/model/canary.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import type { Link } from '../../src/model/link.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { PendingVersion } from '../../src/model/pending.ts';
import { lagOf } from '../../src/policy/replication-lag.ts';
import { ABSENT, aLook, anEvent, aState, OBJECT } from '../support/facts.ts';
import { aLink, HOUR_MS } from '../support/pairs.ts';

const LINK = aLink();
const OTHER = aLink({ name: 'other' });
const CREATED_AT = anEvent().eventAt;
const ROW: PendingVersion = { link: 'photos/photos/photos-copy', object: OBJECT, createdAt: CREATED_AT, sizeBytes: 10 };

interface Row {
  readonly look?: Parameters<typeof aLook>[0];
  readonly afterMs?: number;
  readonly kind?: 'created' | 'tags-changed';
  readonly key?: string;
  readonly source?: Observation<ObjectState>;
  readonly state?: Partial<ObjectState>;
  readonly awaited?: readonly PendingVersion[];
  readonly links?: readonly Link[];
}

function lagMsOf({ look, afterMs = 5_000, kind = 'created', key = 'a', source, state, awaited, links }: Row) {
  const eventAt = new Date(CREATED_AT.getTime() + afterMs);
  const event = anEvent({ kind, eventAt, object: { ...OBJECT, key } });
  const replica = aState({ replicationStatus: 'REPLICA', lastModifiedAt: CREATED_AT, ...state });
  const facts = { source: source ?? present(replica), ...(awaited === undefined ? {} : { awaited }) };
  return lagOf(aLook({ event, reach: 'recorded', ...look }), facts, links ?? [LINK]);
}

describe('the lag of a replica that has arrived', () => {
  it.each<[string, number | undefined, Row]>([
    ['is counted from the creation, which the replica keeps', 5_000, {}],
    ['is never negative: the time of creation is cut to seconds', 0, { afterMs: -1 }],
    [
      'is counted from the list, whatever the replica says',
      7_200_000,
      {
        afterMs: 2 * HOUR_MS,
        awaited: [ROW],
        state: { lastModifiedAt: new Date(0), etag: { kind: 'multipart', hex: '0', partCount: 2 } },
      },
    ],
    ['is that of the link on whose list it is', 5_000, { awaited: [ROW], links: [OTHER, LINK] }],
    ['is not known of a link that is configured no more', undefined, { awaited: [ROW], links: [OTHER] }],
    ['is not known of a bucket that is no destination', undefined, { links: [] }],
    ['is not known where several pairs end', undefined, { links: [LINK, OTHER] }],
    [
      'is not known of a multipart upload',
      undefined,
      { state: { etag: { kind: 'multipart', hex: '0', partCount: 2 } } },
    ],
    ['is not known of an encrypted multipart upload', undefined, { state: { etag: { kind: 'opaque', value: 'x-2' } } }],
    ['is none of a replica that a job makes of what was there before', undefined, { afterMs: 25 * HOUR_MS }],
    ['is none of an original', undefined, { state: { replicationStatus: 'COMPLETED' } }],
    ['is none of what cannot be seen', undefined, { source: ABSENT }],
    ['is none of a change', undefined, { kind: 'tags-changed' }],
    ['is none of a canary', undefined, { key: `${CANARY_PREFIX}a` }],
    ['is measured once: not by a retry', undefined, { look: { purpose: 'retry' } }],
    ['is measured once: not by a reading', undefined, { look: { reach: 'content' } }],
  ])('%s', (_, lagMs, row) => {
    expect(lagMsOf(row)).toEqual(lagMs === undefined ? undefined : { pair: 'photos', sizeBytes: 10, lagMs });
  });
});
