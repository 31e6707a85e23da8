import { regionOf } from '../model/arn.ts';
import { putReplication } from '../model/replication-document.ts';
import { awsCommand, quote } from '../model/shell-command.ts';
import type { Places } from './failure-places.ts';
import { doctor, type FailureSteps, headSource, repairFailed } from './failure-steps.ts';

export type KeyReason = 'DstKmsKeyInvalidState' | 'DstKmsKeyNotFound' | 'SrcKmsKeyInvalidState';

/** What to do about a KMS key that cannot be used. */
export function keySteps(reason: KeyReason, places: Places): FailureSteps {
  return STEPS[reason](places);
}

const STEPS: Readonly<Record<KeyReason, (places: Places) => FailureSteps>> = {
  DstKmsKeyInvalidState: (places) => revive(keyOf(places, 'destination'), places),
  DstKmsKeyNotFound: nameAnotherKey,
  SrcKmsKeyInvalidState(places) {
    const steps = revive(keyOf(places, 'source'), places);
    return { ...steps, fix: [headSource(places, 'SSEKMSKeyId'), ...steps.fix] };
  },
};

interface Key {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
}

function keyOf(places: Places, at: 'source' | 'destination'): Key {
  const { region, account } = places[at];
  const arn = at === 'source' ? places.sourceKey : places.replicaKey;
  return { arn: arn ?? `arn:aws:kms:${region}:${account}:key/KEY-ID`, region, account };
}

function revive({ arn, region, account }: Key, places: Places): FailureSteps {
  const at = { 'key-id': arn, region };
  return {
    who: `owner of the KMS key (account ${account})`,
    what: `Cancel the deletion of ${arn} if it is pending, and enable the key.`,
    statements: [],
    fix: [
      awsCommand('kms describe-key', { ...at, query: 'KeyMetadata.[KeyState,DeletionDate]' }),
      awsCommand('kms cancel-key-deletion', at),
      awsCommand('kms enable-key', at),
    ],
    verify: [awsCommand('kms describe-key', { ...at, query: 'KeyMetadata.KeyState' }), doctor(places)],
    repeat: [repairFailed(places)],
  };
}

/** S3 takes a rule with a key that does not exist, or exists in another Region, without a word. */
function nameAnotherKey(places: Places): FailureSteps {
  const { source, destination, settings, rule, ruleId, replicaKey } = places;
  const { region } = destination;
  const ofDestination = places.destinationKeys.find((arn) => regionOf(arn) === region && arn !== replicaKey);
  const right = ofDestination ?? `arn:aws:kms:${region}:${destination.account}:key/KEY-ID`;
  const corrected = settings && {
    ...settings,
    rules: settings.rules.map((each) => (each === rule ? { ...each, replicaKmsKeyId: right } : each)),
  };
  const setting = { EncryptionConfiguration: { ReplicaKmsKeyID: right } };
  return {
    who: `owner of the source bucket (account ${source.account})`,
    what: `Give the rule ${ruleId} a key that exists in ${region}${replicaKey === undefined ? '' : `: ${replicaKey} does not`}.`,
    statements: [setting],
    fix: [
      awsCommand('kms list-keys', { region }),
      ...(corrected === undefined ? editRules(places, setting) : [putReplication(source, corrected)]),
    ],
    verify: [doctor(places)],
    repeat: [repairFailed(places)],
  };
}

/** The configuration could not be read here, so it is read, changed and written where it can be. */
function editRules({ source: { bucket, region }, ruleId }: Places, setting: object): readonly string[] {
  const edit = `(.Rules[] | select(.ID == ${JSON.stringify(ruleId)}) | .Destination) += ${JSON.stringify(setting)}`;
  const read = awsCommand('s3api get-bucket-replication', { bucket, region, query: 'ReplicationConfiguration' });
  return [
    `${read} > replication.json`,
    `jq -e ${quote(edit)} replication.json > replication-new.json`,
    awsCommand('s3api put-bucket-replication', {
      bucket,
      region,
      'replication-configuration': 'file://replication-new.json',
    }),
  ];
}
