import assert from 'node:assert/strict';
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3';
import { createEventBridgeRules } from '../../../src/adapters/aws/eventbridge-rules.ts';
import { createS3BucketDocuments } from '../../../src/adapters/aws/s3-bucket-documents.ts';
import { createClients } from '../../../src/adapters/aws/clients.ts';
import { isSameDocument } from '../../../src/model/wiring.ts';
import { uniqueName } from '../../support/unique-name.ts';
import { createBucket, createQueue } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

const call = { signal: AbortSignal.timeout(60_000) };

async function withClient<T>(cloud: Cloud, use: (client: EventBridgeClient) => Promise<T>): Promise<T> {
  const { endpoint, credentials, home: region } = cloud;
  const client = new EventBridgeClient({ region, endpoint, credentials, maxAttempts: 1 });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

const patternOf = (bucket: string): string =>
  JSON.stringify({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [bucket] } },
  });

async function putNotifications(cloud: Cloud, bucket: string, configuration: NotificationConfiguration): Promise<void> {
  const command = new PutBucketNotificationConfigurationCommand({
    Bucket: bucket,
    NotificationConfiguration: configuration,
  });
  await cloud.s3(cloud.home).send(command);
}

export const eventBridgeCases: Cases = {
  'EventBridge is on for a bucket that says so, and off again': async (cloud) => {
    const bucket = await createBucket(cloud);
    const isOn = async (): Promise<boolean> => {
      const command = new GetBucketNotificationConfigurationCommand({ Bucket: bucket });
      return (await cloud.s3(cloud.home).send(command)).EventBridgeConfiguration !== undefined;
    };
    await putNotifications(cloud, bucket, { EventBridgeConfiguration: {} });
    assert.equal(await isOn(), true);
    await putNotifications(cloud, bucket, {});
    assert.equal(await isOn(), false);
  },
  'two entries for one event are refused, whatever they notify': async (cloud) => {
    const bucket = await createBucket(cloud);
    const [one, other] = [await createQueue(cloud), await createQueue(cloud)];
    const overlapping = {
      QueueConfigurations: [
        { QueueArn: one.arn, Events: ['s3:ObjectCreated:*' as const] },
        { QueueArn: other.arn, Events: ['s3:ObjectCreated:Put' as const] },
      ],
    };
    await refused(putNotifications(cloud, bucket, overlapping), { status: 400, code: 'InvalidArgument' });
  },
  'a rule of EventBridge comes back as it was put, with its targets': async (cloud) => {
    const queue = await createQueue(cloud);
    const name = uniqueName('contract');
    await withClient(cloud, async (client) => {
      const EventPattern = patternOf('b');
      const { RuleArn: arn = '' } = await client.send(
        new PutRuleCommand({ Name: name, EventPattern, Description: 'd', Tags: [{ Key: 'a', Value: 'b' }] }),
      );
      assert.equal(arn, `arn:aws:events:${cloud.home}:${cloud.account}:rule/${name}`);
      await client.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 't', Arn: queue.arn }] }));
      const rule = await client.send(new DescribeRuleCommand({ Name: name }));
      assert.deepEqual(
        [JSON.parse(rule.EventPattern ?? ''), rule.Description, rule.State],
        [JSON.parse(EventPattern), 'd', 'ENABLED'],
      );
      const { Targets: targets } = await client.send(new ListTargetsByRuleCommand({ Rule: name }));
      assert.deepEqual(targets, [{ Id: 't', Arn: queue.arn }]);
      const { Rules: rules = [] } = await client.send(new ListRulesCommand({ NamePrefix: name }));
      assert.deepEqual(
        rules.map((each) => each.Name),
        [name],
      );
      const { Tags: tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
      assert.deepEqual(tags, [{ Key: 'a', Value: 'b' }]);
    });
  },
  'a rule with targets is not deleted, and one without them is': async (cloud) => {
    const queue = await createQueue(cloud);
    const name = uniqueName('contract');
    await withClient(cloud, async (client) => {
      await client.send(new PutRuleCommand({ Name: name, EventPattern: patternOf('b') }));
      await client.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 't', Arn: queue.arn }] }));
      await refused(client.send(new DeleteRuleCommand({ Name: name })), { status: 400, code: 'ValidationException' });
      await client.send(new RemoveTargetsCommand({ Rule: name, Ids: ['t'] }));
      await client.send(new DeleteRuleCommand({ Name: name }));
      const gone = client.send(new DescribeRuleCommand({ Name: name }));
      await refused(gone, { status: 400, code: 'ResourceNotFoundException' });
    });
  },
  'our rules: one that is put twice has one target, and is removed with it': async (cloud) => {
    const [old, queue] = [await createQueue(cloud), await createQueue(cloud)];
    const rules = createEventBridgeRules({ customEndpoint: true });
    const name = uniqueName('contract');
    const rule = { name, pattern: patternOf('b'), description: 'd', enabled: true, targets: [queue.arn] };
    assert.deepEqual(await rules.rule(cloud.home, name, call), { state: 'absent' });
    await rules.put(cloud.home, { ...rule, targets: [old.arn, queue.arn] }, call);
    await rules.put(cloud.home, rule, call);
    const found = await rules.rule(cloud.home, name, call);
    assert.deepEqual(found.state === 'present' ? found.value.targets : found, [queue.arn]);
    const listed: string[] = [];
    for await (const each of rules.list(cloud.home, call)) listed.push(each.name);
    assert.ok(listed.includes(name));
    await rules.remove(cloud.home, name, call);
    assert.deepEqual(await rules.rule(cloud.home, name, call), { state: 'absent' });
  },
  'our documents: notifications are written back as they were read': async (cloud) => {
    const bucket = await createBucket(cloud);
    const queue = await createQueue(cloud);
    const Filter = { Key: { FilterRules: [{ Name: 'suffix' as const, Value: ' é+.bin' }] } };
    await putNotifications(cloud, bucket, {
      QueueConfigurations: [{ QueueArn: queue.arn, Events: ['s3:ObjectCreated:Put', 's3:ObjectRemoved:*'], Filter }],
    });
    const documents = createS3BucketDocuments(createClients({ customEndpoint: true }));
    const at = { bucket, region: cloud.home, account: cloud.account };
    const read = await documents.read(at, 'notifications', call);
    assert.ok(read.state === 'present' && read.value.unknown.length === 0);
    await documents.write(at, 'notifications', { ...call, document: read.value.document });
    const again = await documents.read(at, 'notifications', call);
    assert.ok(again.state === 'present' && isSameDocument(again.value.document, read.value.document));
  },
};
