import { KIB, MIB, randomContent } from './content.ts';
import type { PlannedFault } from './demo-object.ts';
import { DESTINATION, REPLICATED_PREFIX, SOURCE } from './places.ts';
import type { Awaited } from './scene.ts';
import type { Uploaded } from './upload.ts';

/** Where versions end up that S3 gives up; `holdfast repair` is asked for them. */
export const FAILED_PREFIX: string = `${REPLICATED_PREFIX}failed/`;

/** An upload, and what happens to its replica. */
export interface ReplicaScene {
  readonly id: string;
  readonly what: string;
  readonly upload: Uploaded;
  /** Without the key. */
  readonly fault?: PlannedFault;
  /** How the replica is changed behind everybody's back as soon as it is there. */
  readonly drift?: object;
  /** The bucket whose version is accused. */
  readonly accused: string;
  readonly hears: Omit<Awaited, 'about'>;
}

/** Of a replica that is looked at 2, 5 and 12 seconds after the upload: see the configuration of the show. */
const DELAY_MS = 3_500;

/** From S3's event to the alert. */
const FAILURE_TARGET_MS = 5_000;

const REASONS = [
  ['DstKmsKeyNotFound', 'the key for replicas is not there'],
  ['DstPutObjectNotPermitted', 'the destination does not let the role write'],
  ['SrcGetObjectNotPermitted', 'the source does not let the role read'],
] as const;

/** What can happen to one replica. */
export function replicaScenes(random: () => number): readonly ReplicaScene[] {
  const { bucket } = DESTINATION;
  const scene = (
    id: string,
    what: string,
    rest: Pick<ReplicaScene, 'hears'> & Partial<ReplicaScene>,
  ): ReplicaScene => ({
    id,
    what,
    accused: SOURCE.bucket,
    upload: { key: `${REPLICATED_PREFIX}${id}.bin`, ...randomContent(20 * KIB) },
    ...rest,
  });
  return [
    scene('delayed', 'replication takes longer than the first look', {
      fault: { kind: 'delay-replication', delayMs: DELAY_MS, times: 1, bucket: SOURCE.bucket },
      hears: { codes: ['replica-matches'], verdict: 'verified' },
    }),
    ...REASONS.map(([failureReason, why]) =>
      scene(`failed-${failureReason}`, `replication fails: ${why}`, {
        upload: { key: `${FAILED_PREFIX}${failureReason}.bin`, ...randomContent(20 * KIB) },
        fault: { kind: 'fail-replication', reason: failureReason, times: 1, bucket },
        hears: {
          codes: ['replication-failed'],
          verdict: 'violated',
          evidence: { failureReason },
          targetMs: FAILURE_TARGET_MS,
        },
      }),
    ),
    scene('lost', 'S3 says COMPLETED, and the replica is not there', {
      fault: { kind: 'lose-replica', times: 1, bucket },
      hears: { codes: ['replica-missing'], verdict: 'violated' },
    }),
    scene('rotten', 'one byte of the replica flips', {
      upload: { key: `${REPLICATED_PREFIX}rotten.bin`, ...randomContent(MIB) },
      fault: { kind: 'flip', bucket, offset: Math.floor(random() * MIB) },
      accused: bucket,
      hears: { codes: ['content-differs-from-checksum', 'content-differs-from-etag'], verdict: 'violated' },
    }),
    scene('metadata', 'the replica has other metadata', {
      drift: { metadata: { approved: 'no' } },
      hears: { codes: ['replica-metadata-differs'], verdict: 'violated' },
    }),
    scene('tags', 'the replica has lost a tag', {
      upload: {
        key: `${REPLICATED_PREFIX}tags.bin`,
        ...randomContent(20 * KIB),
        options: { Tagging: 'class=secret&keep=7y' },
      },
      drift: { tags: { keep: '7y' } },
      hears: { codes: ['replica-tags-differ'], verdict: 'violated' },
    }),
  ];
}
