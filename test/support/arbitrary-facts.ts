import fc from 'fast-check';
import { CHECKSUM_ALGORITHMS, type Checksum, type ChecksumAlgorithm } from '../../src/model/checksum.ts';
import { EVENT_KINDS, type ObjectEvent } from '../../src/model/event.ts';
import type { ContentReading, ObjectFacts, ObjectState, Part } from '../../src/model/facts.ts';
import { type Observation, present, type UnreadableReason } from '../../src/model/observation.ts';
import { arbitraryReplica } from './arbitrary-replicas.ts';
import { OBJECT } from './facts.ts';

/** Where the values come from that S3, a writer or we recorded, and those that were computed from the bytes. */
export interface Values {
  readonly recorded: readonly string[];
  readonly computed: readonly string[];
}

const REASONS: readonly UnreadableReason[] = ['throttled', 'archived', 'too-large', 'overwritten-meanwhile'];
const SOME_ALGORITHMS = fc.subarray<ChecksumAlgorithm>([...CHECKSUM_ALGORITHMS], { minLength: 0, maxLength: 3 });
const ENCRYPTIONS = ['none', 'sse-s3', 'sse-kms', 'dsse-kms', 'sse-c', 'other'] as const;
const size = fc.constantFrom(0, 1, 5, 10);
const time = fc.date({ noInvalidDate: true });

/** `undefined`, the thing, or a look that failed: whatever a look can show. */
function observed<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Observation<T> | undefined> {
  return fc.oneof(
    { weight: 6, arbitrary: value.map((seen): Observation<T> => present(seen)) },
    fc.constantFrom<Observation<T> | undefined>(
      undefined,
      { state: 'absent' },
      { state: 'absent', deleteMarker: true },
    ),
    fc.constantFrom(...REASONS).map((reason): Observation<T> => ({ state: 'unreadable', reason })),
  );
}

function optional<K extends string, T>(name: K, value: fc.Arbitrary<T | undefined>): fc.Arbitrary<{ [key in K]?: T }> {
  return value.map((given) => (given === undefined ? {} : { [name]: given }) as { [key in K]?: T });
}

const event: fc.Arbitrary<ObjectEvent> = fc.record(
  {
    kind: fc.constantFrom(...EVENT_KINDS),
    name: fc.constant('ObjectCreated:Put'),
    object: fc.constantFrom(OBJECT, { ...OBJECT, versionId: 'null' }),
    eventAt: time,
    sizeBytes: size,
    etag: fc.constantFrom('e1', 'opaque'),
    replication: fc.record({ ruleId: fc.string(), failureReason: fc.string(), requestedAt: time }),
  },
  { requiredKeys: ['kind', 'name', 'object', 'eventAt'] },
);

function state({ recorded }: Values): fc.Arbitrary<ObjectState> {
  const value = fc.constantFrom(...recorded);
  const etag = fc.oneof(
    value.map((hex): ObjectState['etag'] => ({ kind: 'content-md5', hex })),
    value.map((hex): ObjectState['etag'] => ({ kind: 'multipart', hex, partCount: 2 })),
    value.map((text): ObjectState['etag'] => ({ kind: 'opaque', value: text })),
  );
  return fc
    .record({
      sizeBytes: size,
      etag,
      checksums: fc.array(checksum(value), { maxLength: 3 }),
      encryption: fc.constantFrom(...ENCRYPTIONS),
      storageClass: fc.constantFrom('STANDARD', 'STANDARD_IA', 'GLACIER'),
      lastModifiedAt: time,
      metadata: fc.constantFrom({}, { a: '1' }),
    })
    .chain((always) => sometimes.map((changes) => ({ ...always, ...changes })));
}

/** What many versions do not have. */
const sometimes: fc.Arbitrary<Partial<ObjectState>> = fc.record(
  {
    versionId: fc.constantFrom('v1', 'v2', 'null'),
    replicationStatus: fc.constantFrom('PENDING' as const, 'COMPLETED' as const, 'FAILED' as const, 'REPLICA' as const),
    kmsKeyId: fc.constantFrom('arn:aws:kms:eu-west-1:111122223333:key/a', 'a', 'b'),
    archive: fc.constantFrom('archived' as const, 'restoring' as const),
    tagCount: fc.nat(2),
    lock: fc.constantFrom({}, { legalHold: true }, { mode: 'COMPLIANCE', retainUntilAt: new Date(0) }),
    system: fc.constantFrom({}, { 'content-type': 'text/plain' }),
  },
  { requiredKeys: [] },
);

function checksum(value: fc.Arbitrary<string>): fc.Arbitrary<Checksum> {
  const type = fc.constantFrom('FULL_OBJECT' as const, 'COMPOSITE' as const);
  return fc.record({ algorithm: fc.constantFrom(...CHECKSUM_ALGORITHMS), type, base64: value });
}

function digests({ computed }: Values): fc.Arbitrary<Partial<Record<ChecksumAlgorithm, string>>> {
  return SOME_ALGORITHMS.chain((algorithms) =>
    fc.array(fc.constantFrom(...computed), { minLength: 3, maxLength: 3 }).map((values) => {
      return Object.fromEntries(algorithms.map((algorithm, index) => [algorithm, values[index] ?? '']));
    }),
  );
}

function reading(values: Values): fc.Arbitrary<ContentReading> {
  const { computed } = values;
  return fc.record(
    {
      sizeBytes: size,
      whole: digests(values),
      parts: fc.array(fc.record({ sizeBytes: size, digests: digests(values) }), { maxLength: 3 }),
      composite: digests(values),
      multipartETag: fc.constantFrom(...computed).map((value) => `${value}-2`),
    },
    { requiredKeys: ['sizeBytes', 'whole'] },
  );
}

const due = fc.record(
  { ageMs: fc.nat(), last: fc.boolean(), eventUnknown: fc.constant(true as const) },
  { requiredKeys: ['ageMs', 'last'] },
);

/** Any facts at all, whether or not a gatherer could have brought them together. */
export function arbitraryFacts(values: Values): fc.Arbitrary<ObjectFacts> {
  const value = fc.constantFrom(...values.recorded);
  const parts: fc.Arbitrary<readonly Part[]> = fc.array(
    fc.record({ partNumber: fc.nat(3), sizeBytes: size, checksums: fc.array(checksum(value), { maxLength: 2 }) }),
    { maxLength: 3 },
  );
  const declared = fc.record({
    from: fc.constant('metadata' as const),
    where: fc.constant('digest'),
    algorithm: fc.constantFrom(...CHECKSUM_ALGORITHMS),
    base64: value,
  });
  const baseline = fc.record({
    algorithm: fc.constantFrom('CRC64NVME' as const, 'CRC32' as const),
    base64: value,
    sizeBytes: size,
    etag: value,
    lastModifiedAt: time,
    recordedAt: time,
  });
  return fc
    .tuple(
      fc.record({
        event,
        reach: fc.constantFrom('recorded' as const, 'content' as const),
        asked: fc.constantFrom('etag' as const, 'stored-checksum' as const, 'computed-checksum' as const),
        confirming: fc.boolean(),
        declared: fc.array(declared, { maxLength: 2 }),
      }),
      optional('source', observed(state(values))),
      optional('parts', observed(parts)),
      optional('content', observed(reading(values))),
      optional(
        'replicas',
        fc.option(fc.array(arbitraryReplica(state(values), parts), { maxLength: 2 }), { nil: undefined }),
      ),
      optional('due', fc.option(due, { nil: undefined })),
      optional('lookedAt', fc.option(time, { nil: undefined })),
      optional('baseline', fc.option(baseline, { nil: undefined })),
      optional('unfinished', fc.constantFrom(undefined, 'token')),
    )
    .map((members): ObjectFacts => Object.assign({}, ...members) as ObjectFacts);
}
