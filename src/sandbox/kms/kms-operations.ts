import { AwsError } from '../aws-error.ts';
import { integer, optionalText, text } from '../json-protocol.ts';
import type { JsonCall, JsonOperation } from '../json-service.ts';
import { createAliasOperations } from './alias-operations.ts';
import { parseKeyPolicy } from './key-policy.ts';
import type { KmsKey } from './key.ts';
import { homeOf, requireNamedKey, type KmsSite } from './named-key.ts';

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
const WAITING_DAYS = { initial: 30, least: 7, greatest: 30 } as const;

const DEFAULT_SPEC: Readonly<Record<string, string>> = {
  KeySpec: 'SYMMETRIC_DEFAULT',
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  KeyUsage: 'ENCRYPT_DECRYPT',
  Origin: 'AWS_KMS',
};

/** What is done to one key: found, permitted, and not one of AWS's own where it changes something. */
interface OnKey {
  readonly members?: readonly string[];
  readonly changes: boolean;
  run(key: KmsKey, call: JsonCall): object;
}

export function createKmsOperations(site: KmsSite): Readonly<Record<string, JsonOperation>> {
  const { keys, access } = site;

  function requireAccount({ principal, region }: JsonCall, action: string): void {
    access.require({ principal, region, action, resource: '*' });
  }

  function onKey(name: string, { members = [], changes, run }: OnKey): JsonOperation {
    return {
      members: ['KeyId', ...members],
      run(call) {
        const key = requireNamedKey(site, call, { name: text(call.input, 'KeyId'), action: `kms:${name}` });
        if (changes && key.manager === 'AWS')
          throw new AwsError('AccessDeniedException', 400, `${key.arn} is managed by AWS and cannot be changed`);
        return run(key, call);
      },
    };
  }

  return {
    ...createAliasOperations(site),
    CreateKey: {
      members: ['Description', 'Policy', ...Object.keys(DEFAULT_SPEC)],
      run(call) {
        requireAccount(call, 'kms:CreateKey');
        for (const [name, only] of Object.entries(DEFAULT_SPEC)) {
          if ((call.input[name] ?? only) !== only)
            throw new AwsError('UnsupportedOperationException', 400, `the sandbox has keys of ${name} ${only} only`);
        }
        const description = optionalText(call.input, 'Description');
        const policy = optionalText(call.input, 'Policy');
        const plan = {
          ...(description === undefined ? {} : { description }),
          ...(policy === undefined ? {} : { policy }),
        };
        return { KeyMetadata: describe(keys.create({ ...homeOf(call), ...plan })) };
      },
    },
    DescribeKey: onKey('DescribeKey', { changes: false, run: (key) => ({ KeyMetadata: describe(key) }) }),
    GetKeyPolicy: onKey('GetKeyPolicy', {
      members: ['PolicyName'],
      changes: false,
      run: (key) => ({ Policy: key.policy, PolicyName: 'default' }),
    }),
    PutKeyPolicy: onKey('PutKeyPolicy', {
      members: ['Policy', 'PolicyName'],
      changes: true,
      run(key, { input }) {
        const policy = text(input, 'Policy');
        key.statements = parseKeyPolicy(policy);
        key.policy = policy;
        return {};
      },
    }),
    EnableKey: onKey('EnableKey', { changes: true, run: (key) => switchTo(key, 'Enabled') }),
    DisableKey: onKey('DisableKey', { changes: true, run: (key) => switchTo(key, 'Disabled') }),
    ScheduleKeyDeletion: onKey('ScheduleKeyDeletion', {
      members: ['PendingWindowInDays'],
      changes: true,
      run(key, { input }) {
        expectNotPendingDeletion(key);
        const { initial, least, greatest } = WAITING_DAYS;
        const days = integer(input, 'PendingWindowInDays', [least, greatest]) ?? initial;
        keys.scheduleDeletion(key, days);
        return {
          KeyId: key.arn,
          DeletionDate: seconds(key.deletionAtMs),
          KeyState: key.state,
          PendingWindowInDays: days,
        };
      },
    }),
    CancelKeyDeletion: onKey('CancelKeyDeletion', {
      changes: true,
      run(key) {
        if (key.state !== 'PendingDeletion') throw invalidState(key);
        // AWS leaves it disabled: whoever cancels has to enable it too.
        key.state = 'Disabled';
        delete key.deletionAtMs;
        return { KeyId: key.arn };
      },
    }),
    ListKeys: {
      members: [],
      run(call) {
        requireAccount(call, 'kms:ListKeys');
        const Keys = keys.all(homeOf(call)).map(({ arn, keyId }) => ({ KeyId: keyId, KeyArn: arn }));
        return { Keys, Truncated: false };
      },
    },
  };
}

function switchTo(key: KmsKey, state: 'Enabled' | 'Disabled'): object {
  expectNotPendingDeletion(key);
  key.state = state;
  return {};
}

function expectNotPendingDeletion(key: KmsKey): void {
  if (key.state === 'PendingDeletion') throw invalidState(key);
}

function invalidState({ arn, state }: KmsKey): AwsError {
  const said = state === 'PendingDeletion' ? 'pending deletion' : state.toLowerCase();
  return new AwsError('KMSInvalidStateException', 400, `${arn} is ${said}.`);
}

function describe(key: KmsKey): object {
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: seconds(key.createdAtMs),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyState: key.state,
    ...(key.deletionAtMs === undefined ? {} : { DeletionDate: seconds(key.deletionAtMs) }),
    KeyManager: key.manager,
    ...DEFAULT_SPEC,
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  };
}

/** Times on the wire are in seconds. */
function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
