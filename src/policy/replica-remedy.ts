import type { BucketRef } from '../model/bucket-settings.ts';
import type { Finding, FindingCode, Remedy } from '../model/finding.ts';
import { formatObject, type ObjectRef } from '../model/object.ts';
import { awsCommand, holdfastCommand, type OptionValue, quote } from '../model/shell-command.ts';

/** What a finding about a replica names. */
interface Place {
  readonly pair: string;
  /** At the source. */
  readonly object: ObjectRef;
  readonly replica: BucketRef;
  readonly evidence: Finding['evidence'];
}

/**
 * What a person does about a replica that is not as it should be. `undefined` where nothing is to be done, or where the words
 * depend on what S3 said of a failure. Commands can be run as they are: none chooses which of two contents is right, none makes an
 * old version current, and tags and grants go through a file, because alerts must not tell them.
 */
export function replicaRemedy({ verdict, code, subject, replica, evidence }: Finding): Remedy | undefined {
  const { pair } = evidence;
  if (verdict !== 'violated' || subject.kind !== 'object-version') return undefined;
  if (replica === undefined || typeof pair !== 'string') return undefined;
  return REMEDIES[code]?.({ pair, object: subject.object, replica, evidence });
}

const REMEDIES: Readonly<Partial<Record<FindingCode, (place: Place) => Remedy>>> = {
  'replica-missing': (place) => ({
    who: 'owner of the destination bucket',
    what: 'Find out who deleted the version; where it is wanted, a copy of the source onto itself is replicated as a new version.',
    commands: [
      listVersions(place.replica, place),
      holdfastCommand(`repair ${quote(place.pair)}`, {
        missing: true,
        to: place.replica.bucket,
        prefix: place.object.key,
      }),
    ],
  }),
  'replica-overdue': ({ pair }) => ({
    who: ownerOf(pair),
    what: 'See what else is waiting and what is in its way; S3 goes on by itself when that is gone.',
    commands: [holdfastCommand(`status ${quote(pair)}`), holdfastCommand(`doctor ${quote(pair)}`)],
  }),
  'replica-content-differs': readBoth,
  'replica-size-differs': readBoth,
  'replica-metadata-differs': (place) => ({
    who: ownerOf(place.pair),
    what: 'Compare both; where the source is right and current, a copy of it onto itself is replicated with its metadata.',
    commands: [place.object, place.replica].map((side) => atVersion('head-object', side, place)),
  }),
  'replica-tags-differ': (place) => ({
    who: 'owner of the source bucket',
    what: 'Write the tags of the source once more: that is replicated.',
    commands: [
      `${atVersion('get-object-tagging', place.object, place, { query: '{TagSet: TagSet}', output: 'json' })} > tags.json`,
      atVersion('put-object-tagging', place.object, place, { tagging: 'file://tags.json' }),
    ],
  }),
  'replica-acl-differs': (place) => ({
    who: 'owner of the source bucket',
    what: 'Put the ACL of the source once more, or say `expect.owner: any` where the owners are meant to differ.',
    commands: [
      `${atVersion('get-object-acl', place.object, place, { query: '{Owner: Owner, Grants: Grants}', output: 'json' })} > acl.json`,
      atVersion('put-object-acl', place.object, place, { 'access-control-policy': 'file://acl.json' }),
    ],
  }),
  'replica-lock-differs': (place) => ({
    who: 'owner of the source bucket',
    what: 'See that the role may replicate locks, then put the lock of the source once more.',
    commands: [holdfastCommand(`doctor ${quote(place.pair)}`), ...putLock(place)],
  }),
  'replica-class-differs': ({ pair, object: { bucket, region } }) => ({
    who: ownerOf(pair),
    what: 'Name the class in the rule, or say `expect.storageClass` in the configuration where it is meant.',
    commands: [awsCommand('s3api get-bucket-replication', { bucket, region }), holdfastCommand('config check')],
  }),
  'replica-encryption-differs': (place) => ({
    who: ownerOf(place.pair),
    what: 'Name the key in the rule, or say `expect.encryption` or `expect.kmsKey` where it is meant.',
    commands: [
      ...[place.object, place.replica].map((side) => {
        return atVersion('head-object', side, place, { query: '[ServerSideEncryption, SSEKMSKeyId]' });
      }),
      holdfastCommand(`doctor ${quote(place.pair)}`),
    ],
  }),
  'delete-marker-differs': (place) => ({
    who: 'owner of the source bucket',
    what: 'See that the role may replicate delete markers, then delete the object once more if it is still to be gone.',
    commands: [
      holdfastCommand(`doctor ${quote(place.pair)}`),
      ...[place.object, place.replica].map((side) => listVersions(side, place)),
    ],
  }),
  'replica-under-other-version': ({ pair }) => ({
    who: ownerOf(pair),
    what: 'Say `match: content` for this pair, if its destination was filled by a copy.',
    commands: [holdfastCommand('config check')],
  }),
  'versions-conflict': (place) => ({
    who: 'whoever writes the key in both Regions',
    what: 'Decide which version counts and write it once more at one side; both are kept.',
    commands: [place.object, place.replica].map((side) => listVersions(side, place)),
  }),
};

function ownerOf(pair: string): string {
  return `owner of the pair ${pair}`;
}

function readBoth({ object, replica }: Place): Remedy {
  return {
    who: 'owner of the data',
    what: 'Read both, see which one is what was written, and copy it over the other as a new version.',
    commands: [object, replica].map(({ bucket }) =>
      holdfastCommand(`verify ${quote(formatObject({ ...object, bucket }))}`, { content: true }),
    ),
  };
}

function listVersions({ bucket, region }: BucketRef, { object }: Place): string {
  return awsCommand('s3api list-object-versions', { bucket, region, prefix: object.key });
}

function atVersion(
  operation: string,
  { bucket, region }: BucketRef,
  { object: { key, versionId } }: Place,
  options: Readonly<Record<string, OptionValue>> = {},
): string {
  return awsCommand(`s3api ${operation}`, { bucket, region, key, 'version-id': versionId, ...options });
}

/** The lock as the finding tells it: `COMPLIANCE, until 2027-01-01T00:00:00.000Z, legal hold`. */
function putLock(place: Place): readonly string[] {
  const lock = String(place.evidence['sourceLock'] ?? '');
  const [, mode, until] = /^(\w+), until ([^,]+)/.exec(lock) ?? [];
  return [
    ...(mode === undefined || until === undefined
      ? []
      : [
          atVersion('put-object-retention', place.object, place, {
            retention: { Mode: mode, RetainUntilDate: until },
          }),
        ]),
    ...(lock.includes('legal hold')
      ? [atVersion('put-object-legal-hold', place.object, place, { 'legal-hold': { Status: 'ON' } })]
      : []),
  ];
}
