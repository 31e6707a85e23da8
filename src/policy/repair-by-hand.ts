import type { BucketRef } from '../model/bucket-settings.ts';
import { formatObject, type ObjectRef } from '../model/object.ts';
import { awsCommand, holdfastCommand, quote } from '../model/shell-command.ts';
import { copyObject } from './failure-steps.ts';

/**
 * What Batch Replication cannot repair. `missing`: S3 says COMPLETED and the replica is not there, which a job takes for a
 * permanent delete. `differs`: a replica is there and is another one. `source-damaged`: the source itself is wrong.
 */
export type ByHandCause = 'missing' | 'differs' | 'source-damaged';

export interface ByHandCase {
  readonly cause: ByHandCause;
  /** At the source. */
  readonly object: ObjectRef;
  readonly isLatest: boolean;
  readonly destination: BucketRef;
}

/** What is known, and the commands for a person; Holdfast runs none of them. */
export interface ByHand {
  readonly proved: string;
  readonly advice: string;
  readonly commands: readonly string[];
}

/** What a person can do about a version that no job repairs. */
export function repairByHand({ cause, ...version }: ByHandCase): ByHand {
  return CAUSES[cause](version);
}

const CAUSES: Readonly<Record<ByHandCause, (version: Omit<ByHandCase, 'cause'>) => ByHand>> = {
  missing({ object, isLatest, destination }) {
    // A copy onto itself becomes the current version: of an older one it would bring back what was overwritten.
    const [to, where] = isLatest
      ? [object, 'in place, which replicates as a new version']
      : [destination, 'to the destination, where it gets another version ID'];
    return {
      proved: 'S3 says COMPLETED, and two looks did not find the version at the destination',
      advice: `Look whether somebody deleted it there; if it is wanted, copy it ${where}.`,
      commands: [
        awsCommand('s3api list-object-versions', { ...nameOf(destination), prefix: object.key }),
        copy(object, object.bucket, to),
      ],
    };
  },
  differs: ({ object, destination }) => ({
    proved: 'the version at the destination is not the same as at the source',
    advice:
      'Read both sides to find out which is right, then copy the right one over the other, as a new version: one of the two copies, never both.',
    commands: [
      ...readBoth(object, destination),
      copy(object, object.bucket, destination),
      copy(object, destination.bucket, object),
    ],
  }),
  'source-damaged': ({ object, destination }) => ({
    proved: 'a finding accuses the version at the source; nothing is known of its replica',
    advice: 'Read the replica; if it is good, copy it back, as a new version.',
    commands: [...readBoth(object, destination), copy(object, destination.bucket, object)],
  }),
};

/** The copy becomes the current version of its key there. */
function copy({ key, versionId }: ObjectRef, from: string, to: BucketRef): string {
  return copyObject({ from, to, key, versionId });
}

function nameOf({ bucket, region }: BucketRef): BucketRef {
  return { bucket, region };
}

function readBoth(object: ObjectRef, destination: BucketRef): readonly string[] {
  return [object.bucket, destination.bucket].map((bucket) =>
    holdfastCommand(`verify ${quote(formatObject({ ...object, bucket }))}`, { content: true }),
  );
}
