import { expect, it } from 'vitest';
import { incomparableContent } from '../../src/checks/incomparable-content.ts';
import type { ObjectFacts } from '../../src/model/facts.ts';
import { present } from '../../src/model/observation.ts';
import { ABSENT, aChecksum, anEvent, aState, MD5_BASE64, MD5_HEX, readFacts, someFacts } from '../support/facts.ts';

const MULTIPART = { kind: 'multipart', hex: MD5_HEX, partCount: 2 } as const;
const MD5 = { kind: 'content-md5', hex: MD5_HEX } as const;
const COMPOSITE = aChecksum('SHA1', 'x', 'COMPOSITE');
const DECLARED = { from: 'metadata', where: 'sha1', algorithm: 'SHA1', base64: 'x' } as const;

/** HEAD only, because the policy of the prefix is content with a stored checksum. */
function headOnly(state: Parameters<typeof aState>[0], event = anEvent({ etag: MD5_HEX })): ObjectFacts {
  return someFacts({ event, reach: 'recorded', asked: 'stored-checksum', source: present(aState(state)) });
}

it.each([
  ['unverifiable: a stored checksum is asked for and none is stored', headOnly({ etag: MD5, checksums: [] }), 1],
  ['does not apply: a stored checksum is there', headOnly({ etag: MD5, checksums: [aChecksum('CRC32', 'x')] }), 0],
  ['does not apply: a person asked, who has a witness', headOnly({ etag: MD5, checksums: [] }, anEvent()), 0],
  [
    'does not apply: an ETag is enough for the policy',
    { ...headOnly({ etag: MD5, checksums: [] }), asked: 'etag' as const },
    0,
  ],
  ['unverifiable: the parts of a multipart ETag are unknown', readFacts({ etag: MULTIPART }, {}), 1],
  [
    'unverifiable: the parts of a composite are unknown',
    readFacts({ checksums: [COMPOSITE] }, { whole: { SHA1: 'x' } }),
    1,
  ],
  ['unverifiable: a checksum was not computed', readFacts({ checksums: [aChecksum('CRC32', 'x')] }, {}), 1],
  ['unverifiable: an MD5 was not computed', readFacts({ etag: MD5 }, {}), 1],
  [
    'unverifiable: a digest was declared and not computed',
    { ...readFacts({ etag: MULTIPART }, {}), declared: [DECLARED] },
    1,
  ],
  ['verified or violated elsewhere: the ETag', readFacts({ etag: MD5 }, { whole: { MD5: MD5_BASE64 } }), 0],
  ['verified or violated elsewhere: a multipart ETag', readFacts({ etag: MULTIPART }, { multipartETag: 'x-2' }), 0],
  [
    'verified or violated elsewhere: a composite',
    readFacts({ checksums: [COMPOSITE] }, { composite: { SHA1: 'x' } }),
    0,
  ],
  [
    'verified or violated elsewhere: a checksum',
    readFacts({ checksums: [aChecksum('CRC32', 'x')] }, { whole: { CRC32: 'x' } }),
    0,
  ],
  [
    'verified or violated elsewhere: a declared digest',
    { ...readFacts({ etag: MULTIPART }, { whole: { SHA1: 'x' } }), declared: [DECLARED] },
    0,
  ],
  ['does not apply: S3 recorded nothing', readFacts({}, {}), 0],
  ['does not apply: not read', someFacts({ source: present(aState({ etag: MULTIPART })) }), 0],
  ['does not apply: gone', someFacts({ source: ABSENT }), 0],
])('%s', (_, facts, count) => {
  const findings = incomparableContent.run(facts);
  expect(findings).toHaveLength(count);
  for (const finding of findings) expect(finding).toMatchObject({ verdict: 'unverifiable', code: 'checksum-missing' });
});
