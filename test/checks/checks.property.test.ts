import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import type { ObjectFacts } from '../../src/model/facts.ts';
import type { Finding } from '../../src/model/finding.ts';
import { arbitraryFacts } from '../support/arbitrary-facts.ts';

const SHARED = ['AAAA', '4waSgw==', 'not base64 at all: é～😀', ''];
const anything = arbitraryFacts({ recorded: SHARED, computed: SHARED });
/** Whatever was computed is something that nobody recorded. */
const different = arbitraryFacts({ recorded: ['AAAA', 'r1', ''], computed: ['BBBB', 'c1', 'c2'] });

function findingsOf(facts: ObjectFacts): readonly Finding[] {
  return checks.flatMap((check) => check.run(facts));
}

const computedVerdicts = (facts: ObjectFacts, verdict: string): readonly Finding[] =>
  findingsOf(facts).filter((finding) => finding.verdict === verdict && finding.basis === 'computed-checksum');

it('answers for any facts, without a throw and twice the same', () => {
  fc.assert(
    fc.property(anything, (facts) => {
      expect(findingsOf(facts)).toEqual(findingsOf(facts));
    }),
    { numRuns: 1_000 },
  );
});

it('never calls bytes verified that differ from everything that was recorded', () => {
  let judged = 0;
  fc.assert(
    fc.property(different, (facts) => {
      expect(computedVerdicts(facts, 'verified')).toEqual([]);
      judged += computedVerdicts(facts, 'violated').length;
    }),
    { numRuns: 1_000 },
  );
  expect(judged).toBeGreaterThan(100);
});

it('says of nothing that was not read to its end that it is stored as it was sent', () => {
  fc.assert(
    fc.property(anything, (facts) => {
      if (facts.content?.state === 'present') return;
      expect(computedVerdicts(facts, 'verified')).toEqual([]);
      expect(computedVerdicts(facts, 'violated')).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

it('never accuses an object that could not be looked at', () => {
  fc.assert(
    fc.property(anything, (facts) => {
      if (facts.source === undefined || facts.source.state === 'present') return;
      const accusations = findingsOf(facts).filter(({ verdict }) => verdict === 'violated');
      // A delete marker is there and cannot be looked at.
      const isMarker = facts.source.state === 'absent' && facts.source.deleteMarker === true;
      expect(
        accusations.every(
          ({ code, evidence }) => evidence['reportedBy'] === 's3' || (isMarker && code === 'delete-marker-differs'),
        ),
      ).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

it('always says something about bytes that were read', () => {
  fc.assert(
    fc.property(anything, (facts) => {
      const { source, content } = facts;
      fc.pre(source?.state === 'present' && content?.state === 'present');
      fc.pre(source?.state === 'present' && (source.value.etag.kind !== 'opaque' || source.value.checksums.length > 0));
      expect(findingsOf(facts)).not.toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

const REPLICA_CHECKS = checks.filter(({ needs }) => needs.includes('replicas'));

it('says at most once of a replica that it matches, and then nothing against it', () => {
  let matches = 0;
  fc.assert(
    fc.property(anything, ({ replicas = [], ...facts }) => {
      const { source } = facts;
      if (source?.state !== 'present') return;
      // Two looks at random are hardly ever of the same content.
      const same = replicas.map((replica) => ({ ...replica, replica: source }));
      for (const replica of [...replicas, ...same]) {
        const findings = REPLICA_CHECKS.flatMap((check) => check.run({ ...facts, replicas: [replica] }));
        const matching = findings.filter(({ code }) => code === 'replica-matches');
        expect(matching.length).toBeLessThanOrEqual(1);
        if (matching.length === 0) continue;
        matches += 1;
        // Two writers of one key can each have what the other wrote.
        const against = findings.filter(({ verdict, code }) => verdict === 'violated' && code !== 'versions-conflict');
        expect(against).toEqual([]);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(matches).toBeGreaterThan(20);
});

it('never accuses a replica that could not be looked at', () => {
  fc.assert(
    fc.property(anything, ({ replicas = [], ...facts }) => {
      for (const replica of replicas) {
        if (replica.replica.state !== 'unreadable') continue;
        const findings = REPLICA_CHECKS.flatMap((check) => check.run({ ...facts, replicas: [replica] }));
        expect(findings.map(({ verdict }) => verdict)).toEqual(['unverifiable']);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('tells neither metadata nor tags, which may be private', () => {
  const secret = 'S3CR3T';
  fc.assert(
    fc.property(anything, (facts) => {
      const { source } = facts;
      if (source?.state !== 'present') return;
      const state = { ...source.value, metadata: { a: secret }, system: { 'content-type': secret } };
      const replicas = (facts.replicas ?? []).map((replica) => {
        const tags = { source: { state: 'present', value: { a: secret } }, replica: { state: 'absent' } } as const;
        return { ...replica, tags };
      });
      const told = JSON.stringify(findingsOf({ ...facts, source: { state: 'present', value: state }, replicas }));
      expect(told).not.toContain(secret);
    }),
    { numRuns: 500 },
  );
});
