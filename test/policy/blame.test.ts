import { describe, expect, it } from 'vitest';
import type { ReplicationRule } from '../../src/model/bucket-settings.ts';
import type { ObjectFacts, ReplicaFacts } from '../../src/model/facts.ts';
import type { FindingCode } from '../../src/model/finding.ts';
import { type Link, linkId } from '../../src/model/link.ts';
import { present } from '../../src/model/observation.ts';
import { withoutMisplacedBlame } from '../../src/policy/blame.ts';
import { linkOutcome } from '../../src/policy/link-outcome.ts';
import { ABSENT, aReport, aState, OBJECT, someFacts } from '../support/facts.ts';
import { aBucket, aReplica, linksOfPair } from '../support/pairs.ts';

const LINKS = linksOfPair({ destinations: [aBucket('one', 'us-east-1'), aBucket('two', 'us-west-2')] });
const [ONE, TWO] = LINKS as [Link, Link];

function aRule(destinationBucket: string, changes: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    id: destinationBucket,
    enabled: true,
    priority: 0,
    prefix: '',
    tags: {},
    deleteMarkers: true,
    kmsObjects: true,
    replicaModifications: false,
    destinationBucket,
    ownerOverride: false,
    metrics: true,
    timeControl: false,
    ...changes,
  };
}

const rulesOf = (...rules: readonly ReplicationRule[]): Pick<ReplicaFacts, 'rules'> => ({
  rules: present({ role: 'arn', rules }),
});
const UNREADABLE = { rules: { state: 'unreadable', reason: 'access-denied' } } as const;

interface Row {
  readonly code: FindingCode;
  /** Of the first destination, which has nothing. */
  readonly one?: Partial<ReplicaFacts>;
  /** Of the second; absent: it was not looked at. */
  readonly two?: Partial<ReplicaFacts>;
  readonly facts?: Partial<ObjectFacts>;
  readonly links?: readonly Link[];
}

function factsOf({ one, two, facts }: Row): ObjectFacts {
  const replicas = [aReplica({ link: ONE, replica: ABSENT, ...one })];
  return someFacts({
    source: present(aState({ replicationStatus: 'FAILED' })),
    replicas: two === undefined ? replicas : [...replicas, aReplica({ link: TWO, ...two })],
    ...facts,
  });
}

const BOTH = rulesOf(aRule('one'), aRule('two'));
const ONLY_TWO = rulesOf(aRule('two'), aRule('one', { enabled: false }), aRule('one', { prefix: 'other/' }));

/** Missing, where a rule selects by tags. */
function tagged(tags: Readonly<Record<string, string>> | undefined): Row {
  const seen = tags === undefined ? undefined : { tags: { source: present(tags), replica: ABSENT } };
  return {
    code: 'replica-missing',
    one: { ...rulesOf(aRule('one', { tags: { class: 'a' } }), aRule('two')), ...seen },
  };
}

describe('what a status says of a destination', () => {
  it.each<[string, 'stays' | 'goes' | 'is in doubt', Row]>([
    ['failed, and there is no other', 'stays', { code: 'replication-failed', one: rulesOf(aRule('one')) }],
    ['failed, and the other has it', 'stays', { code: 'replication-failed', one: BOTH, two: {} }],
    ['failed, and the other has not', 'goes', { code: 'replication-failed', one: BOTH, two: { replica: ABSENT } }],
    ['failed, and nobody looked at the other', 'goes', { code: 'replication-failed', one: BOTH }],
    [
      'failed, and the other is not in holdfast.yml',
      'goes',
      {
        code: 'replication-failed',
        one: rulesOf(aRule('one'), aRule('elsewhere')),
        two: {},
      },
    ],
    ['failed, rules unknown, and the other has it', 'stays', { code: 'replication-failed', one: UNREADABLE, two: {} }],
    ['failed, rules unknown, and nobody looked at the other', 'goes', { code: 'replication-failed', one: UNREADABLE }],
    [
      'failed, rules unknown, and there is no other',
      'stays',
      {
        code: 'replication-failed',
        one: UNREADABLE,
        links: [ONE],
      },
    ],
    ['failed, and no rule sends it here', 'goes', { code: 'replication-failed', one: ONLY_TWO, two: {} }],
    ['missing, and a rule sends it here', 'stays', { code: 'replica-missing', one: BOTH, two: {} }],
    ['missing, and no rule sends it here', 'goes', { code: 'replica-missing', one: ONLY_TWO, two: {} }],
    ['missing, and no rule is left at all', 'stays', { code: 'replica-missing', one: rulesOf() }],
    ['missing, and the only rule for it is one for tags that it has', 'stays', tagged({ class: 'a', b: 'c' })],
    ['missing, and the only rule for it is one for other tags', 'goes', tagged({ class: 'b' })],
    ['missing, and nobody knows its tags', 'is in doubt', tagged(undefined)],
    ['missing, rules unknown', 'is in doubt', { code: 'replica-missing', one: UNREADABLE }],
    [
      'missing, rules unknown, and there is no other',
      'stays',
      { code: 'replica-missing', one: UNREADABLE, links: [ONE] },
    ],
    ['missing, and there are no rules at all', 'is in doubt', { code: 'replica-missing', one: { rules: ABSENT } }],
    ['overdue, and nobody knows its tags', 'is in doubt', { ...tagged(undefined), code: 'replica-overdue' }],
    [
      'missing, and SSE-KMS objects are not selected for here',
      'goes',
      {
        code: 'replica-missing',
        one: rulesOf(aRule('one', { kmsObjects: false }), aRule('two')),
      },
    ],
    ['overdue, and a rule sends it here', 'stays', { code: 'replica-overdue', one: BOTH }],
    ['overdue, and no rule sends it here', 'goes', { code: 'replica-overdue', one: ONLY_TWO }],
    [
      'overdue, and the source cannot be seen',
      'stays',
      {
        code: 'replica-overdue',
        one: ONLY_TWO,
        facts: { source: { state: 'unreadable', reason: 'throttled' } },
      },
    ],
    ['different', 'stays', { code: 'replica-size-differs', one: ONLY_TWO, two: {} }],
    [
      'anything, and the version is a replica itself',
      'goes',
      {
        code: 'replica-tags-differ',
        facts: { source: present(aState({ replicationStatus: 'REPLICA' })) },
      },
    ],
  ])('is %s: the finding %s', (_title, fate, row) => {
    const finding = { ...aReport(row.code), evidence: { link: linkId(ONE) } };
    const left = withoutMisplacedBlame([finding], factsOf(row), row.links ?? LINKS);
    const doubted = { ...finding, verdict: 'unverifiable', evidence: { ...finding.evidence, selection: 'unknown' } };
    expect(left).toEqual({ stays: [finding], goes: [], 'is in doubt': [doubted] }[fate]);
  });

  it.each<[string, Partial<ReplicaFacts>, readonly unknown[]]>([
    ['selected', BOTH, [{ verdict: 'violated', code: 'replica-overdue' }]],
    ['perhaps selected', UNREADABLE, [{ verdict: 'unverifiable', code: 'replica-overdue' }]],
  ])('is overdue after the last look where another may be the one that failed: %s', (_, one, expected) => {
    const evidence = { link: linkId(ONE), reportedBy: 'replication-status' };
    const finding = { ...aReport('replication-failed'), evidence };
    const facts = factsOf({ code: 'replication-failed', one, facts: { due: { ageMs: 86_400_400, last: true } } });
    const left = withoutMisplacedBlame([finding], facts, LINKS);
    expect(left).toMatchObject(expected);
    expect(left[0]?.evidence).toMatchObject({ link: linkId(ONE), ageSeconds: 86_400 });
    expect(left[0]?.evidence).not.toHaveProperty('reportedBy');
    const young = { ...facts, due: { ageMs: 60_000, last: false } };
    expect(withoutMisplacedBlame([finding], young, LINKS)).toEqual([]);
  });

  it.each([
    [true, { verdict: 'unverifiable', evidence: { link: 'photos/photos/one', origin: 'unknown' } }],
    [false, { verdict: 'violated', evidence: { link: 'photos/photos/one' } }],
  ])('does not know whose marker it is in a two-way pair (%s)', (twoWay, expected) => {
    const finding = { ...aReport('delete-marker-differs'), evidence: { link: linkId(ONE) } };
    const links = LINKS.map((link) => ({ ...link, policy: { ...link.policy, twoWay } }));
    expect(withoutMisplacedBlame([finding], factsOf({ code: 'replica-missing' }), links)).toMatchObject([expected]);
  });

  it('leaves alone what is about no replica', () => {
    const finding = aReport('replication-failed');
    expect(withoutMisplacedBlame([finding], someFacts(), LINKS)).toEqual([finding]);
    const source = present(aState({ replicationStatus: 'REPLICA' }));
    expect(withoutMisplacedBlame([finding], someFacts({ source }), LINKS)).toEqual([finding]);
  });

  it('does not make anybody wait for what no rule sends', () => {
    const facts = factsOf({ code: 'replica-overdue', one: ONLY_TWO, two: {} });
    const outcomes = (facts.replicas ?? []).map((replica) =>
      linkOutcome(replica, facts, { findings: [], links: LINKS }),
    );
    expect(outcomes[0]).toEqual({ owed: 'no', goesOn: false });
    expect(OBJECT.key.startsWith('other/')).toBe(false);
  });
});
