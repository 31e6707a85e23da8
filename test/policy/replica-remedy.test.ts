import { describe, expect, it } from 'vitest';
import { FINDING_CODES, type Finding, type FindingCode } from '../../src/model/finding.ts';
import { replicaRemedy } from '../../src/policy/replica-remedy.ts';
import { withRemedy } from '../../src/policy/with-remedy.ts';
import { aFinding, OBJECT, someFacts } from '../support/facts.ts';

const replica = { bucket: 'photos-copy', region: 'us-east-1' };
const link = 'photos/photos/photos-copy';

function violated(code: FindingCode, evidence: Finding['evidence'] = {}): Finding {
  const subject = { kind: 'object-version', object: OBJECT } as const;
  return aFinding({ verdict: 'violated', code, subject, replica, evidence: { pair: 'photos', link, ...evidence } });
}

const commandsOf = (finding: Finding): string => (replicaRemedy(finding)?.commands ?? []).join('\n');

/** Nothing is to be done about the first, the last has words of its own, and the others say why S3 failed. */
const ELSEWHERE: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'replica-matches',
  'replica-not-comparable',
  'source-version-gone',
  'replication-failed',
  'replication-missed-threshold',
  'replication-late',
  'replication-not-tracked',
  'late-arrival-took-over',
]);

const mine = FINDING_CODES.replication.filter((code) => !ELSEWHERE.has(code));

describe('a replica that is not as it should be', () => {
  it.each(mine)('%s: says who acts, in one sentence, and with commands for this version', (code) => {
    const remedy = replicaRemedy(violated(code));
    expect(remedy?.who).not.toBe('');
    expect(remedy?.what).toMatch(/^[A-Z].*\.$/);
    expect(remedy?.commands.length).toBeGreaterThan(0);
    for (const command of remedy?.commands ?? []) expect(command).toMatch(/^(?:aws|holdfast) /);
  });

  it.each(mine)('%s: has no command that deletes, or makes an old version current', (code) => {
    expect(commandsOf(violated(code))).not.toMatch(/delete-object|copy-object|put-object /);
  });

  it.each<readonly [FindingCode, Finding['evidence'], string]>([
    ['replica-missing', {}, "holdfast repair photos --missing --to photos-copy --prefix 'a b/～😀'"],
    ['replica-overdue', {}, 'holdfast status photos'],
    ['replica-content-differs', {}, "holdfast verify 's3://photos-copy/a b/～😀?versionId=v1' --content"],
    ['replica-size-differs', {}, "holdfast verify 's3://photos/a b/～😀?versionId=v1' --content"],
    ['replica-metadata-differs', {}, 'aws s3api head-object --bucket photos-copy --region us-east-1'],
    [
      'replica-tags-differ',
      {},
      "aws s3api put-object-tagging --bucket photos --region eu-west-1 --key 'a b/～😀' --version-id v1 --tagging file://tags.json",
    ],
    ['replica-acl-differs', {}, '--access-control-policy file://acl.json'],
    [
      'replica-lock-differs',
      { sourceLock: 'COMPLIANCE, until 2027-01-01T00:00:00.000Z' },
      `--retention '{"Mode":"COMPLIANCE","RetainUntilDate":"2027-01-01T00:00:00.000Z"}'`,
    ],
    ['replica-lock-differs', { sourceLock: 'legal hold' }, `--legal-hold '{"Status":"ON"}'`],
    ['replica-class-differs', {}, 'aws s3api get-bucket-replication --bucket photos --region eu-west-1'],
    ['replica-encryption-differs', {}, "--query '[ServerSideEncryption, SSEKMSKeyId]'"],
    ['delete-marker-differs', {}, 'holdfast doctor photos'],
    ['replica-under-other-version', {}, 'holdfast config check'],
    ['versions-conflict', {}, 'aws s3api list-object-versions --bucket photos-copy --region us-east-1'],
  ])('%s %o', (code, evidence, expected) => {
    expect(commandsOf(violated(code, evidence))).toContain(expected);
  });

  it('puts only that part of a lock again which the source has', () => {
    expect(commandsOf(violated('replica-lock-differs', { sourceLock: 'legal hold' }))).not.toContain('retention');
    const both = 'GOVERNANCE, until 2027-01-01T00:00:00.000Z, legal hold';
    expect(replicaRemedy(violated('replica-lock-differs', { sourceLock: both }))?.commands).toHaveLength(3);
  });
});

describe('nothing is said', () => {
  it.each<readonly [string, Finding]>([
    ['where nothing differs', violated('replica-matches')],
    ['where nothing is proved', { ...violated('replica-missing'), verdict: 'unverifiable' }],
    ['where it is about no version', { ...violated('replica-missing'), subject: { kind: 'monitor', region: 'r' } }],
    ['where the pair is not known', { ...violated('replica-missing'), evidence: {} }],
    [
      'where the replica is not known',
      aFinding({ verdict: 'violated', code: 'replica-missing', evidence: { pair: 'p' } }),
    ],
  ])('%s', (_title, finding) => {
    expect(replicaRemedy(finding)).toBeUndefined();
  });
});

it('goes with the finding', () => {
  const finding = violated('replica-overdue');
  expect(withRemedy(finding, someFacts())).toEqual({ ...finding, remedy: replicaRemedy(finding) });
  const other = violated('replica-matches');
  expect(withRemedy(other, someFacts())).toBe(other);
});
