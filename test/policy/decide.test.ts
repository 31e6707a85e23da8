import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/model/action.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import type { Finding } from '../../src/model/finding.ts';
import { present } from '../../src/model/observation.ts';
import { decide, type Situation } from '../../src/policy/decide.ts';
import { ABSENT, aFinding, aLook, anEvent, aReport, aState, MD5_HEX, OBJECT, someFacts } from '../support/facts.ts';

const NOW = new Date('2026-11-02T00:00:00Z');
const VERIFIED = aFinding({ verdict: 'verified', code: 'content-verified', evidence: {} });
const LOST = aReport('object-lost');
const HEADER = { etag: { kind: 'content-md5', hex: MD5_HEX } } as const;

function situation(findings: readonly Finding[], changes: Partial<Situation> = {}): Situation {
  return {
    look: aLook(),
    facts: someFacts({ source: present(aState(HEADER)) }),
    findings,
    threshold: 'info',
    now: NOW,
    ...changes,
  };
}

function alertsIn(actions: readonly Action[]): readonly string[] {
  return actions.flatMap((action) =>
    action.kind === 'alert' ? [`${action.alert.state} ${action.alert.severity} ${action.alert.finding.code}`] : [],
  );
}

describe('alerts', () => {
  it.each([
    ['what is violated opens', LOST, ['opened critical object-lost']],
    ['what is verified is noted', VERIFIED, ['noted info content-verified']],
    ['what is unverifiable is noted', { ...LOST, verdict: 'unverifiable' as const }, ['noted info object-lost']],
  ])('%s', (_, finding, expected) => {
    expect(alertsIn(decide(situation([finding])))).toEqual(expected);
  });

  it.each([
    ['info', ['object-lost', 'replication-failed', 'content-verified']],
    ['warning', ['object-lost', 'replication-failed']],
    ['critical', ['object-lost']],
  ] as const)('are published from %s on', (threshold, codes) => {
    const findings = [LOST, aReport('replication-failed'), VERIFIED];
    const published = decide(situation(findings, { threshold, facts: someFacts() }));
    expect(published.map((action) => action.kind === 'alert' && action.alert.finding.code)).toEqual(codes);
  });

  it('name the event that led to them', () => {
    const event = anEvent({ principal: 'AWS:AROA:me' });
    expect(decide(situation([LOST], { look: aLook({ event }) }))).toMatchObject([{ alert: { event } }]);
  });
});

describe('readings', () => {
  const recorded = aLook({ reach: 'recorded' });
  const facts = someFacts({ reach: 'recorded', source: present(aState({ ...HEADER, encryption: 'sse-s3' })) });
  const look = { event: recorded.event, reach: 'content', purpose: 'first', attempt: 0 } as const;
  const READING = [{ kind: 'look', look }];
  const ASKS_KMS = [{ kind: 'look', look: { ...look, spendsKms: true } }];
  const encrypted = (changes: Partial<ObjectState>) =>
    someFacts({ reach: 'recorded', source: present(aState({ ...HEADER, ...changes })) });
  const UNREADABLE = aFinding({ verdict: 'unverifiable', code: 'content-unreadable' });

  it.each([
    ['the policy asks for the bytes', { look: recorded, facts }, [], READING],
    ['every read asks KMS for a key', { look: recorded, facts: encrypted({ encryption: 'sse-kms' }) }, [], ASKS_KMS],
    [
      'a bucket key answers',
      { look: recorded, facts: encrypted({ encryption: 'sse-kms', bucketKeyEnabled: true }) },
      [],
      READING,
    ],
    ['the policy asks for the ETag only', { look: recorded, facts: { ...facts, asked: 'etag' as const } }, [], []],
    [
      'the policy asks for a stored checksum only',
      { look: recorded, facts: { ...facts, asked: 'stored-checksum' as const } },
      [],
      [],
    ],
    ['the bytes were read just now', { look: aLook(), facts }, [], []],
    ['the version is gone', { look: recorded, facts: { ...facts, source: ABSENT } }, [], []],
    ['the event itself was the finding', { look: recorded, facts: someFacts() }, [], []],
    ['a reading is bound to fail', { look: recorded, facts, threshold: 'critical' as const }, [UNREADABLE], []],
  ])('are made or not, where %s', (_, changes, findings, expected) => {
    expect(decide(situation(findings, changes))).toEqual(expected);
  });
});

describe('baselines', () => {
  const MISSING = aFinding({
    verdict: 'unverifiable',
    code: 'checksum-missing',
    evidence: { digest: 'AAAAAAAAAAA=', sizeBytes: 10 },
  });
  const kms = someFacts({ source: present(aState()) });

  it('are recorded after the first reading was reported', () => {
    const actions = decide(situation([MISSING], { facts: kms }));
    expect(actions.map(({ kind }) => kind)).toEqual(['alert', 'record-baseline']);
    expect(actions[1]).toEqual({
      kind: 'record-baseline',
      object: OBJECT,
      baseline: {
        algorithm: 'CRC64NVME',
        base64: 'AAAAAAAAAAA=',
        sizeBytes: 10,
        etag: 'opaque',
        lastModifiedAt: aState().lastModifiedAt,
      },
    });
  });

  it.each([
    ['nothing is missing', [VERIFIED], kms],
    ['no digest was computed', [{ ...MISSING, evidence: { sizeBytes: 10 } }], kms],
    ['the size is unknown', [{ ...MISSING, evidence: { digest: 'AAAAAAAAAAA=' } }], kms],
    ['the ETag is a digest', [MISSING], someFacts({ source: present(aState(HEADER)) })],
    ['there are no headers', [MISSING], someFacts({ source: ABSENT })],
    ['it is about the monitor', [{ ...MISSING, subject: { kind: 'monitor', region: 'eu-west-1' } as const }], kms],
  ])('are not recorded where %s', (_, findings, facts) => {
    expect(decide(situation(findings, { facts })).filter(({ kind }) => kind === 'record-baseline')).toEqual([]);
  });
});
