import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { disproves } from '../../src/policy/disproof.ts';
import { aFinding, OBJECT } from '../support/facts.ts';

const read = aFinding({ verdict: 'verified', code: 'content-verified', evidence: {} });
const agrees = aFinding({
  verdict: 'verified',
  code: 'replica-matches',
  basis: 'stored-checksum',
  evidence: { destinationBucket: 'copy' },
});
const missing = aFinding({ code: 'replica-missing', evidence: { destinationBucket: 'copy' } });
const { basis: _, ...withoutBasis } = read;

describe('a proof', () => {
  it.each<[string, Finding, Finding, boolean]>([
    ['by reading disproves damage', read, aFinding(), true],
    ['by what was recorded does not', { ...read, basis: 'etag' }, aFinding(), false],
    ['without a basis does not', withoutBasis, aFinding(), false],
    ['by reading says nothing of a replica', read, missing, false],
    [
      'by reading says nothing of a declaration',
      read,
      aFinding({ code: 'content-differs-from-declared-digest' }),
      false,
    ],
    ['by reading does not bring back what was lost', read, aFinding({ code: 'object-lost' }), false],
    ['of a replica disproves that it is missing', agrees, missing, true],
    [
      'of a replica disproves what S3 said of it, which knows its bucket alone',
      agrees,
      aFinding({ code: 'replication-failed', evidence: {}, replica: { bucket: 'copy', region: 'r' } }),
      true,
    ],
    [
      'of a replica says nothing of another',
      agrees,
      aFinding({ ...missing, evidence: { destinationBucket: 'b' } }),
      false,
    ],
    ['of a replica settles no conflict', agrees, aFinding({ ...missing, code: 'versions-conflict' }), false],
    ['of a replica says nothing of the source', agrees, aFinding(), false],
    [
      'in another bucket is none',
      read,
      aFinding({ subject: { kind: 'object-version', object: { ...OBJECT, bucket: 'b' } } }),
      false,
    ],
    [
      'is none about anything but objects',
      aFinding({ ...read, subject: { kind: 'monitor', region: 'r' } }),
      aFinding(),
      false,
    ],
    ['is needed', aFinding(), aFinding(), false],
    ['is not needed against what accuses nobody', read, aFinding({ verdict: 'unverifiable' }), false],
  ])('%s', (_title, proof, finding, expected) => {
    expect(disproves(proof, finding)).toBe(expected);
  });
});
