import { describe, expect, it } from 'vitest';
import { toJobDocument } from '../../src/model/job-document.ts';
import { isOver, isPreparing, JOB_STATUSES, type ReplicationJobRequest } from '../../src/model/replication-job.ts';
import { type ByHandCause, repairByHand } from '../../src/policy/repair-by-hand.ts';
import { repairCost } from '../../src/policy/repair-cost.ts';
import { createJobRole } from '../../src/policy/repair-role.ts';
import { DESTINATION, SOURCE } from '../support/reported-link.ts';

const object = { bucket: SOURCE.bucket, region: SOURCE.region, key: 'a b/😀', versionId: 'v1' };
const COPY = `--key 'a b/😀' --copy-source`;

describe('repairCost', () => {
  it.each([
    ['nothing but the job', 0, 0, [DESTINATION], 0.25],
    ['a million versions to one destination', 1_000_000, 0, [DESTINATION], 0.25 + 1 + 0.015 + 5],
    ['100 GB to another Region', 0, 100e9, [DESTINATION], 0.25 + 2],
    ['100 GB inside one Region', 0, 100e9, [SOURCE], 0.25],
    ['1,000 versions of 100 GB to two', 1_000, 100e9, [DESTINATION, SOURCE], 0.25 + 0.001015 + 2 * 0.005 + 2],
  ])('prices %s', (_, versions, bytes, destinations, total) => {
    const cost = repairCost({ versions, bytes, source: SOURCE, destinations });
    expect(cost.total).toBeCloseTo(total, 9);
    expect(cost.job + cost.requests + cost.transfer).toBeCloseTo(cost.total, 9);
  });
});

describe('repairByHand', () => {
  it.each<[ByHandCause, boolean, readonly string[]]>([
    [
      'missing',
      true,
      [
        `aws s3api copy-object --bucket orders-use1 --region us-east-1 ${COPY} 'orders-use1/a%20b/%F0%9F%98%80?versionId=v1'`,
      ],
    ],
    ['missing', false, [`aws s3api copy-object --bucket orders-euw1 --region eu-west-1 ${COPY} 'orders-use1/a%20b/`]],
    [
      'differs',
      true,
      [
        `holdfast verify 's3://orders-use1/a b/😀?versionId=v1' --content`,
        `holdfast verify 's3://orders-euw1/a b/😀?versionId=v1' --content`,
        `if the source is right: aws s3api copy-object --bucket orders-euw1 --region eu-west-1 ${COPY} 'orders-use1/`,
        `if the replica is right: aws s3api copy-object --bucket orders-use1 --region us-east-1 ${COPY} 'orders-euw1/`,
      ],
    ],
    ['source-damaged', true, [`if the replica is right: aws s3api copy-object --bucket orders-use1 `]],
  ])('names what a person can do where a version is %s (latest: %s)', (cause, isLatest, expected) => {
    const { proved, steps } = repairByHand({ cause, object, isLatest, destination: DESTINATION });
    const lines = steps
      .map(({ when, command }) => (when === undefined ? command : `if ${when}: ${command}`))
      .join('\n');
    expect(proved).not.toBe('');
    for (const line of expected) expect(lines).toContain(line);
  });

  it('never writes without saying when', () => {
    for (const cause of ['missing', 'differs', 'source-damaged'] as const) {
      const { steps } = repairByHand({ cause, object, isLatest: true, destination: DESTINATION });
      expect(
        steps.filter(({ command }) => command.includes('copy-object')).every(({ when }) => when !== undefined),
      ).toBe(true);
    }
  });
});

const REQUEST: ReplicationJobRequest = {
  account: '111122223333',
  region: 'us-east-1',
  source: 'orders-use1',
  role: 'arn:aws:iam::111122223333:role/repair',
  statuses: ['FAILED', 'NONE'],
  prefixes: [],
  description: 'again',
  token: 'token',
};
const REPORT = { bucket: 'ops', prefix: 'holdfast-repair/orders' };

describe('toJobDocument', () => {
  it('always waits for a person, and takes only what the rules select', () => {
    expect(toJobDocument(REQUEST)).toEqual({
      AccountId: '111122223333',
      ConfirmationRequired: true,
      Priority: 10,
      ClientRequestToken: 'token',
      RoleArn: 'arn:aws:iam::111122223333:role/repair',
      Description: 'again',
      Operation: { S3ReplicateObject: {} },
      ManifestGenerator: {
        S3JobManifestGenerator: {
          ExpectedBucketOwner: '111122223333',
          SourceBucket: 'arn:aws:s3:::orders-use1',
          EnableManifestOutput: false,
          Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ['FAILED', 'NONE'] },
        },
      },
      Report: { Enabled: false },
    });
  });

  it('narrows it down, and reports failures where somebody names a bucket', () => {
    const createdAfter = new Date('2026-11-01T00:00:00Z');
    expect(toJobDocument({ ...REQUEST, prefixes: ['2026/'], createdAfter, report: REPORT })).toMatchObject({
      ManifestGenerator: {
        S3JobManifestGenerator: {
          Filter: { CreatedAfter: createdAfter, KeyNameConstraint: { MatchAnyPrefix: ['2026/'] } },
        },
      },
      Report: {
        Enabled: true,
        Bucket: 'arn:aws:s3:::ops',
        Prefix: 'holdfast-repair/orders',
        Format: 'Report_CSV_20180820',
        ReportScope: 'FailedTasksOnly',
      },
    });
  });
});

describe('createJobRole', () => {
  it('allows what a job needs, and the report only where there is one', () => {
    const [create = '', allow = ''] = createJobRole('repair', REQUEST);
    expect(create).toContain('batchoperations.s3.amazonaws.com');
    for (const action of ['InitiateReplication', 'GetReplicationConfiguration', 'PutInventoryConfiguration']) {
      expect(allow).toContain(`"s3:${action}"`);
    }
    expect(allow).not.toContain('PutObject');
    expect(createJobRole('repair', { ...REQUEST, report: REPORT })[1]).toContain(
      '"arn:aws:s3:::ops/holdfast-repair/orders/*"',
    );
  });
});

describe('the status of a job', () => {
  it('is over, being prepared, or neither', () => {
    expect(JOB_STATUSES.filter((status) => isOver({ status }))).toEqual(['Complete', 'Cancelled', 'Failed']);
    expect(JOB_STATUSES.filter((status) => isPreparing({ status }))).toEqual(['New', 'Preparing']);
  });
});
