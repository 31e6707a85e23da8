import { DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketReplicationCommand,
  DeletePublicAccessBlockCommand,
  type Event,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { setMaxListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { changedSetting } from '../../src/cli/changed-setting.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import { ABORT, createPairStage, DESTINATION, type Kind, type PairStage, RULES, ruleTo, SOURCE } from './pair-stage.ts';
import { runPrintedCommand } from './run-printed-command.ts';

let stage: PairStage | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  await stage?.close();
  stage = undefined;
});

async function setUp(kind: Kind): Promise<PairStage> {
  stage = await createPairStage(kind);
  return stage;
}

async function doctor({ cloud, config }: PairStage, ...args: readonly string[]): Promise<Ended> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  const signal = AbortSignal.timeout(30_000);
  setMaxListeners(0, signal); // every request listens
  return holdfast(['doctor', '--config', config, ...args], { env: { AWS_ENDPOINT_URL: cloud.url }, signal });
}

interface LinkLine {
  readonly kind: string;
  readonly trusted: string;
  readonly questions: readonly {
    readonly answer: string;
    readonly findings: readonly { readonly code: string; readonly verdict: string; readonly fingerprint: string }[];
  }[];
  readonly notes: readonly string[];
}

/** Codes of what was found, each thing once, whatever the number of links it is seen from. */
async function codesOf(on: PairStage): Promise<readonly string[]> {
  const ended = await doctor(on, '--json');
  const links = (linesOf(ended) as LinkLine[]).filter(({ kind }) => kind === 'link');
  const findings = links.flatMap(({ questions }) => questions).flatMap((question) => question.findings);
  return [...new Map(findings.map(({ fingerprint, code }) => [fingerprint, code])).values()].toSorted();
}

/** The commands in the text, as somebody would copy them. */
function commandsIn({ stdout }: Ended): readonly string[] {
  return stdout.split('\n').flatMap((line) => /^ +(?:run +)?(aws .+)$/.exec(line)?.[1] ?? []);
}

interface Fault {
  readonly kind?: Kind;
  /** What is found; the code of the fault alone, unless it takes something else with it. */
  readonly codes: readonly string[];
  readonly code: 0 | 1 | 2;
  readonly spoil: (on: PairStage) => Promise<unknown>;
  /** What is still found after the fix; nothing. */
  readonly left?: readonly string[];
}

const NO_TIME_CONTROL = {
  Destination: { Bucket: `arn:aws:s3:::${DESTINATION}`, Metrics: { Status: 'Enabled' } },
} as const;
const STRAY = { ...ruleTo('stranger'), ID: 'stray', Priority: 2, Filter: { Prefix: 'secret/' } };
const KEPT = { ID: 'kept', Status: 'Disabled', Filter: { Prefix: 'old/' }, Expiration: { Days: 3 } } as const;

const faults: Readonly<Record<string, Fault>> = {
  'a destination without versions': {
    codes: ['versioning-off'],
    code: 1,
    spoil: async ({ sdk }) =>
      sdk
        .s3('eu-west-1')
        .send(
          new PutBucketVersioningCommand({ Bucket: DESTINATION, VersioningConfiguration: { Status: 'Suspended' } }),
        ),
  },
  'no rule at all': {
    codes: ['rule-missing'],
    code: 1,
    spoil: async ({ sdk }) => sdk.s3('us-east-1').send(new DeleteBucketReplicationCommand({ Bucket: SOURCE })),
    left: ['rtc-off'], // a choice that costs money is left to the owner
  },
  'a rule that is switched off': {
    codes: ['rule-disabled'],
    code: 1,
    spoil: async (on) => on.replicate(SOURCE, { Status: 'Disabled' }),
  },
  'no metrics': {
    codes: ['rule-metrics-off'],
    code: 1,
    spoil: async (on) => on.replicate(SOURCE, { Destination: { Bucket: `arn:aws:s3:::${DESTINATION}` } }),
    left: ['rtc-off'], // which needs metrics, and so is not asked before
  },
  'no time control': { codes: ['rtc-off'], code: 0, spoil: async (on) => on.replicate(SOURCE, NO_TIME_CONTROL) },
  'no rule back': {
    kind: 'two-way',
    codes: ['two-way-rule-missing'],
    code: 1,
    spoil: async ({ sdk }) => sdk.s3('eu-west-1').send(new DeleteBucketReplicationCommand({ Bucket: DESTINATION })),
    left: ['rtc-off'],
  },
  'modifications that stay where they are': {
    kind: 'two-way',
    codes: ['replica-modification-sync-off'],
    code: 1,
    spoil: async (on) => on.replicate(DESTINATION, { SourceSelectionCriteria: {} }),
  },
  'delete markers that are not replicated': {
    codes: ['delete-marker-replication-off'],
    code: 1,
    spoil: async (on) => on.replicate(SOURCE, { DeleteMarkerReplication: { Status: 'Disabled' } }),
  },
  'SSE-KMS objects that are left out': {
    kind: 'kms',
    codes: ['kms-objects-not-selected'],
    code: 1,
    spoil: async (on) => {
      const { SourceSelectionCriteria: _, ...rule } = ruleTo(DESTINATION);
      await on.replicate(SOURCE, { ...rule, SourceSelectionCriteria: {} });
    },
  },
  'a disabled key for replicas': {
    kind: 'kms',
    codes: ['kms-key-unusable'],
    code: 1,
    spoil: async ({ keys, endpoint }) => {
      const kms = new KMSClient({ region: 'eu-west-1', ...endpoint });
      await kms.send(new DisableKeyCommand({ KeyId: keys['eu-west-1'] }));
      kms.destroy();
    },
  },
  'a role that may not replicate tags': {
    codes: ['replication-role-lacks'],
    code: 1,
    spoil: async (on) => on.allow(SOURCE, 's3:ReplicateTags'),
  },
  'a role that may not decrypt': {
    kind: 'kms',
    codes: ['replication-role-lacks'],
    code: 1,
    spoil: async (on) => on.allow(SOURCE, 'kms:Decrypt'),
  },
  'a role that S3 may not assume': {
    codes: ['replication-role-lacks'],
    code: 1,
    spoil: async (on) => on.trust(SOURCE, 'ec2.amazonaws.com'),
  },
  'a rule to somewhere else': {
    codes: ['replication-destination-unexpected'],
    code: 1,
    spoil: async (on) => {
      const s3 = on.sdk.s3('us-east-1');
      await s3.send(new CreateBucketCommand({ Bucket: 'stranger' }));
      await s3.send(
        new PutBucketVersioningCommand({ Bucket: 'stranger', VersioningConfiguration: { Status: 'Enabled' } }),
      );
      await on.replicate(SOURCE, {}, [STRAY]);
    },
  },
  'buckets that tell nobody': {
    codes: ['notification-missing', 'notification-missing'],
    code: 1,
    spoil: async (on) => on.queues(),
  },
  'other lifecycle rules': {
    codes: ['lifecycle-differs'],
    code: 1,
    spoil: async (on) => {
      await on.lifecycle(SOURCE, [
        ...RULES,
        { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 30 } },
      ]);
      await on.lifecycle(DESTINATION, [...RULES, KEPT]);
    },
  },
  'replicas that go first': {
    codes: ['replica-expires-early'],
    code: 1,
    spoil: async (on) =>
      on.lifecycle(DESTINATION, [
        ...RULES,
        { ID: 'old', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 3 } },
      ]),
  },
  'uploads that nobody aborts': {
    codes: ['multipart-abort-rule-missing'],
    code: 0,
    spoil: async (on) =>
      on.lifecycle(
        SOURCE,
        RULES.filter((rule) => rule !== ABORT),
      ),
  },
  'an upload that was forgotten': {
    codes: ['multipart-upload-stale'],
    code: 0,
    spoil: async (on) => {
      const upload = new CreateMultipartUploadCommand({ Bucket: SOURCE, Key: "it's \u202E a\nkey" });
      const s3 = on.sdk.unusualS3('us-east-1', { systemClockOffset: -8 * 86_400_000 });
      await on.inThePast(8, async () => s3.send(upload));
    },
  },
  'a destination that can be made public': {
    codes: ['public-access-open'],
    code: 1,
    spoil: async ({ sdk }) => sdk.s3('eu-west-1').send(new DeletePublicAccessBlockCommand({ Bucket: DESTINATION })),
  },
  'a destination without MFA delete': {
    codes: ['mfa-delete-off'],
    code: 0,
    spoil: async ({ sdk }) => sdk.s3('eu-west-1').send(new DeleteBucketLifecycleCommand({ Bucket: DESTINATION })),
  },
};

describe('holdfast doctor', () => {
  it.each(['one-way', 'two-way', 'kms'] as const)('has nothing to say against a right %s pair', async (kind) => {
    const on = await setUp(kind);
    const ended = await doctor(on);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('Can it be trusted today? yes\n');
    expect(ended.stdout).not.toMatch(/^ {2}(?:NO|note|\?)/m);
    expect(await codesOf(on)).toEqual([]);
  });

  it.each(Object.entries(faults))('names %s, and nothing else, and its fix silences it', async (_, fault) => {
    const on = await setUp(fault.kind ?? 'one-way');
    await fault.spoil(on);
    expect(await codesOf(on)).toEqual(fault.codes);
    const ended = await doctor(on);
    expect(ended.code).toBe(fault.code);
    const commands = commandsIn(ended);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) await runPrintedCommand(command, on.endpoint);
    expect(await codesOf(on)).toEqual(fault.left ?? []);
  });

  it('keeps what else there is: rules, entries and statements of others', async () => {
    const on = await setUp('one-way');
    const s3 = on.sdk.s3('us-east-1');
    const second = {
      ...ruleTo(DESTINATION),
      ID: 'logs',
      Priority: 7,
      Filter: { Prefix: 'logs/' },
      Status: 'Disabled',
    } as const;
    const { SourceSelectionCriteria: _, ...kept } = second; // nothing is in it
    await on.replicate(SOURCE, { DeleteMarkerReplication: { Status: 'Disabled' } }, [second]);
    const queues = await on.queues();
    const other = { QueueName: 'other', Attributes: { Policy: OPEN_TO_S3 } };
    await on.sdk.sqs('us-east-1').send(new CreateQueueCommand(other));
    const entry = {
      Id: 'other',
      QueueArn: `arn:aws:sqs:us-east-1:${on.cloud.account}:other`,
      Events: ['s3:LifecycleTransition'] satisfies Event[],
      Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: "it's/" }] } },
    };
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: SOURCE,
        NotificationConfiguration: { QueueConfigurations: [entry] },
      }),
    );
    for (const command of commandsIn(await doctor(on))) await runPrintedCommand(command, on.endpoint);
    const { ReplicationConfiguration: rules } = await s3.send(new GetBucketReplicationCommand({ Bucket: SOURCE }));
    expect(rules?.Rules).toMatchObject([{ ID: `to-${DESTINATION}`, Priority: 1 }, kept]);
    const { QueueConfigurations: entries } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: SOURCE }),
    );
    expect(entries).toMatchObject([
      { Id: 'other', Events: ['s3:LifecycleTransition'] },
      { QueueArn: queues['us-east-1'] },
    ]);
    expect(await codesOf(on)).toEqual([]);
  });

  it('prints no command that would undo another one, until all faults are gone', async () => {
    const on = await setUp('kms');
    const { SourceSelectionCriteria: _, ...rule } = ruleTo(DESTINATION);
    const change = { ...rule, SourceSelectionCriteria: {}, DeleteMarkerReplication: { Status: 'Disabled' } } as const;
    await on.replicate(SOURCE, {
      ...change,
      Destination: { Bucket: `arn:aws:s3:::${DESTINATION}`, Metrics: { Status: 'Disabled' } },
    });
    await on.allow(SOURCE, 's3:ReplicateDelete');
    const rounds: (readonly string[])[] = [];
    for (let round = 0; round < 5; round += 1) {
      const ended = await doctor(on);
      const commands = commandsIn(ended);
      const changed = commands.map((command) => changedSetting(command));
      expect(new Set(changed).size).toBe(changed.length);
      for (const command of commands) await runPrintedCommand(command, on.endpoint);
      rounds.push(await codesOf(on));
    }
    expect(rounds).toEqual([
      ['delete-marker-replication-off', 'rule-metrics-off'],
      ['rule-metrics-off'],
      ['rtc-off'],
      [],
      [],
    ]);
  });

  it('says what may not be read, and which permission that takes', async () => {
    const on = await setUp('one-way');
    on.cloud.faults.plant({ kind: 'deny', operation: 'GetBucketReplication' });
    const ended = await doctor(on);
    expect(ended.code).toBe(2);
    expect(ended.stdout).toContain('Can it be trusted today? cannot tell');
    expect(ended.stdout).toMatch(/^ +allow +s3:GetReplicationConfiguration$/m);
  });

  it('says what else is worth knowing: no stacks, no canaries', async () => {
    const on = await setUp('one-way');
    await on.lifecycle(SOURCE, [ABORT]);
    const { stdout, code } = await doctor(on, '--stage', 'prod');
    expect(code).toBe(0);
    expect(stdout).toContain('there is no stack holdfast-prod in us-east-1 (yet)');
    expect(stdout).toContain('canaries are off: no lifecycle rule of the source expires holdfast-canary/');
  });

  it('knows no other pair than those of the configuration', async () => {
    const on = await setUp('one-way');
    expect(await doctor(on, 'order')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('there are orders'),
    });
  });

  it('sums up in JSON', async () => {
    const lines = linesOf(await doctor(await setUp('two-way'), 'orders', '--json'));
    expect(lines).toMatchObject([
      { kind: 'link', link: `orders/${SOURCE}/${DESTINATION}`, trusted: 'yes' },
      { kind: 'link', link: `orders/${DESTINATION}/${SOURCE}`, trusted: 'yes' },
      { kind: 'summary', trusted: { yes: 2, no: 0, 'cannot-tell': 0 } },
    ]);
  });
});

const OPEN_TO_S3 = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
  ],
});
