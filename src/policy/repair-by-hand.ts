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

/** One command, and when it is the right one; absent: in any case, it changes nothing. */
export interface HandStep {
  readonly when?: string;
  readonly command: string;
}

/** What is known, and the commands for a person; Holdfast runs none of them. */
export interface ByHand {
  readonly proved: string;
  readonly steps: readonly HandStep[];
}

/** What a person can do about a version that no job repairs. */
export function repairByHand({ cause, ...version }: ByHandCase): ByHand {
  return CAUSES[cause](version);
}

const CAUSES: Readonly<Record<ByHandCause, (version: Omit<ByHandCase, 'cause'>) => ByHand>> = {
  missing({ object, isLatest, destination }) {
    const { bucket, region } = destination;
    // A copy onto itself becomes the current version: of an older one it would bring back what was overwritten.
    const [to, where] = isLatest
      ? [object, 'a copy in place replicates as a new version']
      : [destination, 'a copy to the destination gets another version ID'];
    return {
      proved: 'S3 says COMPLETED, and two looks did not find the version at the destination',
      steps: [
        { command: awsCommand('s3api list-object-versions', { bucket, region, prefix: object.key }) },
        { when: `it is wanted there: ${where}`, command: copy(object, object.bucket, to) },
      ],
    };
  },
  differs: ({ object, destination }) => ({
    proved: 'the version at the destination is not the same as at the source',
    steps: [
      ...readBoth(object, destination),
      { when: 'the source is right', command: copy(object, object.bucket, destination) },
      { when: 'the replica is right', command: copy(object, destination.bucket, object) },
    ],
  }),
  'source-damaged': ({ object, destination }) => ({
    proved: 'a finding accuses the version at the source; nothing is known of its replica',
    steps: [
      ...readBoth(object, destination),
      { when: 'the replica is right', command: copy(object, destination.bucket, object) },
    ],
  }),
};

/** The copy becomes the current version of its key there. */
function copy({ key, versionId }: ObjectRef, from: string, to: BucketRef): string {
  return copyObject({ from, to, key, versionId });
}

function readBoth(object: ObjectRef, destination: BucketRef): readonly HandStep[] {
  return [object.bucket, destination.bucket].map((bucket) => ({
    command: holdfastCommand(`verify ${quote(formatObject({ ...object, bucket }))}`, { content: true }),
  }));
}
