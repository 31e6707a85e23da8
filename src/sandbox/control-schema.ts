import * as v from 'valibot';

import type { FaultPlan } from './faults.ts';
import { accessPointSchema } from './mrap/access-point-schema.ts';
import type { QuotaChange } from './quotas/quota-register.ts';
import type { Fault } from './service.ts';

/** Damage that is done now, to a version that exists. */
export type Damage = Damaged &
  (
    | { readonly kind: 'flip' | 'truncate'; readonly offset?: number }
    | { readonly kind: 'lose-object' }
    | { readonly kind: 'drift'; readonly change: DriftPlan }
  );

interface Damaged {
  readonly now: true;
  readonly region?: string;
  readonly bucket: string;
  readonly key: string;
  /** Absent: the current version. */
  readonly versionId?: string;
}

/** What is to be different about a version; members left out stay as they are. */
export interface DriftPlan {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly storageClass?: string;
  readonly encryption?: 'none' | 'AES256';
  readonly acl?: string;
  readonly legalHold?: boolean;
  /** `null` takes it away. */
  readonly retention?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly until: string } | null;
}

const KINDS = [
  'flip',
  'truncate',
  'lose-event',
  'duplicate-event',
  'delay-event',
  'reorder-events',
  'throttle',
  'kms-throttle',
  'deny',
  'key-unusable',
  'region-outage',
  'partition',
  'slow',
  'hold-delivery',
  'lose-answer',
  'delay-replication',
  'fail-replication',
  'lose-replica',
  'lose-object',
  'crash-function',
] as const satisfies readonly Fault['kind'][];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What decides where a fault applies; members left out match everything. */
const target = {
  region: v.exactOptional(v.string()),
  from: v.exactOptional(v.pipe(v.string(), v.description('Region of the caller; partition: the other side'))),
  bucket: v.exactOptional(v.string()),
  key: v.exactOptional(v.pipe(v.string(), v.description('Exact key, or a prefix when it ends in *'))),
  versionId: v.exactOptional(v.string()),
};

const offset = v.exactOptional(
  v.pipe(count, v.description('flip: zero-based byte, absent: a random one; truncate: bytes that remain')),
);

const damaged = {
  now: v.literal(true),
  region: v.exactOptional(v.string()),
  bucket: v.string(),
  key: v.string(),
  versionId: v.exactOptional(v.string()),
};

const texts = v.exactOptional(v.record(v.string(), v.string()));

const driftSchema: v.GenericSchema<unknown, DriftPlan> = v.pipe(
  v.strictObject({
    metadata: texts,
    contentType: v.exactOptional(v.string()),
    tags: texts,
    storageClass: v.exactOptional(v.string()),
    encryption: v.exactOptional(
      v.pipe(
        v.picklist(['none', 'AES256']),
        v.description('none: from before 2023, when S3 began to encrypt everything'),
      ),
    ),
    acl: v.exactOptional(v.pipe(v.string(), v.description('A canned ACL'))),
    legalHold: v.exactOptional(v.boolean()),
    retention: v.exactOptional(
      v.nullable(
        v.strictObject({ mode: v.picklist(['GOVERNANCE', 'COMPLIANCE']), until: v.pipe(v.string(), v.isoTimestamp()) }),
      ),
    ),
  }),
  v.description('What the version is to have afterwards; members left out stay as they are'),
);

export const damageSchema: v.GenericSchema<unknown, Damage> = v.pipe(
  v.variant('kind', [
    v.strictObject({ kind: v.picklist(['flip', 'truncate']), ...damaged, offset }),
    v.strictObject({ kind: v.literal('lose-object'), ...damaged }),
    v.strictObject({ kind: v.literal('drift'), ...damaged, change: driftSchema }),
  ]),
  v.description('Damages one stored version at once; no event tells of it, and replication does not notice'),
);

/** A fault to come. */
export const faultSchema: v.GenericSchema<unknown, FaultPlan> = v.pipe(
  v.strictObject({
    kind: v.picklist(KINDS),
    ...target,
    service: v.exactOptional(v.string()),
    operation: v.exactOptional(v.string()),
    functionName: v.exactOptional(
      v.pipe(v.string(), v.description('Logical id or name of a function, for crash-function')),
    ),
    times: v.exactOptional(
      v.pipe(count, v.minValue(1), v.description('How many matches it still affects; absent: all')),
    ),
    probability: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    delayMs: v.exactOptional(count),
    offset,
    reason: v.exactOptional(
      v.pipe(v.string(), v.regex(/^\w+$/), v.description('fail-replication: the failureReason of the event')),
    ),
    drop: v.exactOptional(v.pipe(v.boolean(), v.description('region-outage: end the connection without an answer'))),
    hang: v.exactOptional(
      v.pipe(v.boolean(), v.description('region-outage, partition: keep the connection and never answer')),
    ),
    status: v.exactOptional(v.pipe(v.picklist([500, 503]), v.description('region-outage: absent: 503'))),
  }),
  v.description('A fault that is planted and affects what matches from now on'),
);

/** Time goes on for everybody, or the clocks of one Region's functions go wrong. */
export type ClockChange = { readonly advanceMs: number } | { readonly region: string; readonly skewMs: number };

export const clockSchema: v.GenericSchema<unknown, ClockChange> = v.union([
  v.strictObject({ advanceMs: count }),
  v.pipe(
    v.strictObject({
      region: v.string(),
      skewMs: v.pipe(v.number(), v.integer(), v.description('Ahead of everybody else, or behind; 0: right again')),
    }),
    v.description('The clocks of the functions of one Region, those under way included'),
  ),
]);

/** Limits of an account. */
export const quotasSchema: v.GenericSchema<unknown, QuotaChange> = v.pipe(
  v.strictObject({
    region: v.exactOptional(v.pipe(v.string(), v.description('Absent: all Regions'))),
    kmsPerSecond: v.exactOptional(v.pipe(count, v.description("0: AWS's default again"))),
    s3PerSecondPerPrefix: v.exactOptional(
      v.pipe(
        count,
        v.description("Reads and writes each, under a key's prefix up to its last slash; 0: the default again"),
      ),
    ),
  }),
  v.description('How much KMS and S3 take per second of sandbox time; what is more is throttled'),
);

/** The bodies that the control API takes, by the heading under which the published schema shows them. */
export const CONTROL_SCHEMAS: Readonly<
  Record<'damage' | 'fault' | 'clock' | 'quotas' | 'accessPoint', v.GenericSchema>
> = {
  damage: damageSchema,
  fault: faultSchema,
  clock: clockSchema,
  quotas: quotasSchema,
  accessPoint: accessPointSchema,
};

/** Reads a body. Throws an `Error` that names every member that is unknown, missing or of another shape. */
export function parseControl<T>(schema: v.GenericSchema<unknown, T>, body: unknown): T {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => {
    const name = v.getDotPath(issue) ?? '(body)';
    return issue.type === 'strict_object' && issue.expected === 'never'
      ? `${name} is not a known name`
      : `${name}: ${issue.message}`;
  });
  throw new Error(problems.join('; '));
}
