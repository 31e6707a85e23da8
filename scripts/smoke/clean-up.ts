import { DeleteRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteRoleCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteAliasCommand, DescribeKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { DeleteQueueCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { SmokeClients } from './clients.ts';
import { deleteBucket } from './delete-bucket.ts';
import { unlessGone } from './is-gone.ts';
import { MARK, namesOf, type RunPlaces } from './names.ts';
import type { RunTime } from './time.ts';

export interface CleanUpPlan extends RunPlaces {
  readonly clients: SmokeClients;
  /** Must not reject because the run was interrupted: this is what happens then. */
  readonly time: RunTime;
}

/** The shortest that KMS takes. */
const KEY_WAITS_DAYS = 7;

/**
 * Removes whatever there is of a run, by name, and answers what could not be removed, with the reason. Harmless where there is
 * nothing, and can be called again.
 */
export async function cleanUp(plan: CleanUpPlan): Promise<readonly string[]> {
  const { clients, source, destination, run } = plan;
  const names = namesOf(plan);
  const problems: string[] = [];
  const attempt = async (what: string, remove: () => Promise<unknown>): Promise<void> => {
    try {
      await unlessGone(remove);
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    }
  };
  await attempt(`rule ${names.rule}`, async () => {
    const bridge = clients.eventbridge(source);
    await bridge.send(new RemoveTargetsCommand({ Rule: names.rule, Ids: [MARK] }));
    await bridge.send(new DeleteRuleCommand({ Name: names.rule }));
  });
  for (const bucket of names.buckets) {
    await attempt(`bucket ${bucket.name}`, () =>
      deleteBucket(clients.s3(bucket.region), { bucket: bucket.name, run, time: plan.time }),
    );
  }
  for (const { name, region } of names.queues) {
    await attempt(`queue ${name} in ${region}`, async () => {
      const sqs = clients.sqs(region);
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    });
  }
  await attempt(`role ${names.role}`, async () => {
    const iam = await clients.iam(source);
    await unlessGone(() => iam.send(new DeleteRolePolicyCommand({ RoleName: names.role, PolicyName: MARK })));
    await iam.send(new DeleteRoleCommand({ RoleName: names.role }));
  });
  for (const region of [source, destination]) {
    await attempt(`key ${names.keyAlias} in ${region}`, async () => {
      const kms = await clients.kms(region);
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: names.keyAlias }));
      const KeyId = KeyMetadata?.Arn;
      if (KeyMetadata?.KeyState !== 'PendingDeletion')
        await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: KEY_WAITS_DAYS }));
      await kms.send(new DeleteAliasCommand({ AliasName: names.keyAlias }));
    });
  }
  return problems;
}
