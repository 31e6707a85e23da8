import { formatSubject } from '../src/render/subject.ts';

/** Where the show plays: two replicated pairs in two Regions, watched by one stack in each. */
export const SOURCE = { bucket: 'orders-use1', region: 'us-east-1' } as const;
export const DESTINATION = { bucket: 'orders-euw1', region: 'eu-west-1' } as const;

/** What alerts about the whole pair of these two have for a subject. */
export const ORDERS: string = formatSubject({
  kind: 'pair',
  pair: 'orders',
  region: SOURCE.region,
  source: SOURCE.bucket,
  destination: DESTINATION.bucket,
});

/** Both ends of the two-way pair. */
export const LEDGER = { bucket: 'ledger-use1', region: 'us-east-1' } as const;
export const OTHER_LEDGER = { bucket: 'ledger-euw1', region: 'eu-west-1' } as const;

/** Where Batch Operations reports what it could not do. */
export const REPORTS = { bucket: 'reports-use1', region: 'us-east-1' } as const;

/** Regions with a stack. */
export const REGIONS = ['us-east-1', 'eu-west-1'] as const;

/** A bucket and its Region. */
export interface Place {
  readonly bucket: string;
  readonly region: string;
}

/** One direction of replication, by the rule of this name. */
export interface Way {
  readonly rule: string;
  readonly from: Place;
  readonly to: Place;
  /** Of the source bucket; empty: all of it. */
  readonly prefix: string;
  readonly twoWay: boolean;
  /** ARN of the key of replicas of SSE-KMS objects; absent: those are not replicated. */
  readonly replicaKey?: string;
}

export const STAGE = 'demo';

/** Everything under this prefix is replicated by the demo's rule. */
export const REPLICATED_PREFIX = 'in/';

/** Objects of which only what is recorded is asked: many and small, and nothing of them is read. */
export const BULK_PREFIX = 'bulk/';

/** Account of the embedded cloud. */
export const ACCOUNT = '111122223333';
export const KMS_KEY: string = `arn:aws:kms:${SOURCE.region}:${ACCOUNT}:key/0a0a0a0a-1111-2222-3333-444455556666`;
export const REPLICA_KMS_KEY: string = `arn:aws:kms:${DESTINATION.region}:${ACCOUNT}:key/0b0b0b0b-1111-2222-3333-444455556666`;

export const WAYS: readonly Way[] = [
  {
    rule: 'orders-to-euw1',
    from: SOURCE,
    to: DESTINATION,
    prefix: REPLICATED_PREFIX,
    twoWay: false,
    replicaKey: REPLICA_KMS_KEY,
  },
  { rule: 'ledger-to-euw1', from: LEDGER, to: OTHER_LEDGER, prefix: '', twoWay: true },
  { rule: 'ledger-to-use1', from: OTHER_LEDGER, to: LEDGER, prefix: '', twoWay: true },
];

/** S3 assumes it to replicate, and Batch Operations to do it again. */
export const REPLICATION_ROLE: string = `arn:aws:iam::${ACCOUNT}:role/s3-replication`;

/** The configuration that is packaged and deployed: everything is published, so that a subscriber can judge. */
export function demoConfig(): string {
  return `version: 1
pairs:
  orders:
    source: ${entryOf(SOURCE, KMS_KEY)}
    destinations:
      - ${entryOf(DESTINATION, REPLICA_KMS_KEY)}
    lookAfter: [2s, 5s, 12s]
  ledger:
    source: ${entryOf(LEDGER)}
    destinations:
      - ${entryOf(OTHER_LEDGER)}
    twoWay: true
    lookAfter: [2s, 5s, 12s]
verify:
  - prefix: s3://${SOURCE.bucket}/${BULK_PREFIX}
    evidence: stored-checksum
alerts:
  severity: info
`;
}

function entryOf({ bucket, region }: Place, key?: string): string {
  const keys = key === undefined ? '' : `, kmsKeys: ['${key}']`;
  return `{ bucket: ${bucket}, region: ${region}, account: '${ACCOUNT}'${keys} }`;
}
