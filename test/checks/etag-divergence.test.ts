import { describe, expect, it } from 'vitest';
import { etagDivergence } from '../../src/checks/etag-divergence.ts';
import type { ObjectEvent } from '../../src/model/event.ts';
import type { ObjectFacts } from '../../src/model/facts.ts';
import { present } from '../../src/model/observation.ts';
import { ABSENT, anEvent, aState, MD5_BASE64, MD5_HEX, OBJECT, readFacts, someFacts } from '../support/facts.ts';

const MD5 = { kind: 'content-md5', hex: MD5_HEX } as const;
const MULTIPART = { kind: 'multipart', hex: MD5_HEX, partCount: 2 } as const;
const OTHER_MD5 = 'AAAAAAAAAAAAAAAAAAAAAA==';
const unreadable = { state: 'unreadable', reason: 'throttled' } as const;

function verdicts(facts: ObjectFacts): readonly string[] {
  return etagDivergence.run(facts).map(({ verdict, code, basis }) => `${verdict} ${code} ${basis}`);
}

describe('the bytes against the ETag', () => {
  it.each([
    [
      'verified: the MD5 of the content',
      readFacts({ etag: MD5 }, { whole: { MD5: MD5_BASE64 } }),
      ['verified content-verified computed-checksum'],
    ],
    [
      'verified: the MD5 of the MD5s of the parts',
      readFacts({ etag: MULTIPART }, { multipartETag: `${MD5_HEX}-2` }),
      ['verified content-verified computed-checksum'],
    ],
    [
      'violated: another MD5',
      readFacts({ etag: MD5 }, { whole: { MD5: OTHER_MD5 } }),
      ['violated content-differs-from-etag computed-checksum'],
    ],
    [
      'violated: as many parts with other bytes',
      readFacts({ etag: MULTIPART }, { multipartETag: `${'0'.repeat(32)}-2` }),
      ['violated content-differs-from-etag computed-checksum'],
    ],
    [
      'violated: one more part',
      readFacts({ etag: MULTIPART }, { multipartETag: `${MD5_HEX}-3` }),
      ['violated content-differs-from-etag computed-checksum'],
    ],
    ['unverifiable, so not judged here: an ETag that is no digest', readFacts({}, { whole: { MD5: MD5_BASE64 } }), []],
    ['unverifiable, so not judged here: no MD5 was computed', readFacts({ etag: MD5 }, {}), []],
    [
      'unverifiable, so not judged here: no part sizes',
      readFacts({ etag: MULTIPART }, { whole: { MD5: MD5_BASE64 } }),
      [],
    ],
    ['does not apply: nothing was looked at', someFacts(), []],
    ['does not apply: gone', someFacts({ source: ABSENT }), []],
    ['does not apply: no bytes came', someFacts({ source: present(aState({ etag: MD5 })), content: unreadable }), []],
  ])('%s', (_, facts, expected) => {
    expect(verdicts(facts)).toEqual(expected);
  });

  it('shows both ETags of a difference', () => {
    const [finding] = etagDivergence.run(readFacts({ etag: MD5 }, { whole: { MD5: OTHER_MD5 } }));
    expect(finding?.evidence).toEqual({ expectedETag: MD5_HEX, computedETag: '0'.repeat(32), sizeBytes: 10 });
  });

  it('takes a digest that is not base64 for a difference', () => {
    expect(verdicts(readFacts({ etag: MD5 }, { whole: { MD5: '*' } }))).toEqual([
      'violated content-differs-from-etag computed-checksum',
    ]);
  });
});

const recorded = (event: Partial<ObjectEvent>, asked: ObjectFacts['asked'] = 'etag') =>
  someFacts({
    event: anEvent({ etag: MD5_HEX, sizeBytes: 10, ...event }),
    reach: 'recorded',
    asked,
    source: present(aState({ etag: MD5 })),
  });

describe('the ETag of the event against the headers', () => {
  it.each([
    ['verified: both say the same', recorded({}), ['verified content-verified etag']],
    [
      'verified: a null version, whose size tells nothing more',
      recorded({ object: { ...OBJECT, versionId: 'null' } }),
      ['verified content-verified etag'],
    ],
    ['no finding: another ETag, as after a change of the key', recorded({ etag: '0'.repeat(32) }), []],
    ['no finding: the sizes differ, which is said elsewhere', recorded({ sizeBytes: 11 }), []],
    ['does not apply: the bytes will be read', recorded({}, 'computed-checksum'), []],
    ['does not apply: the event is of no creation', recorded({ kind: 'restore-completed' }), []],
  ])('%s', (_, facts, expected) => {
    expect(verdicts(facts)).toEqual(expected);
  });

  it('does not apply to an event without an ETag', () => {
    const { etag: _, ...event } = anEvent({ etag: MD5_HEX });
    expect(verdicts({ ...recorded({}), event })).toEqual([]);
  });
});
