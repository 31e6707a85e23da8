import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';

let cloud: Cloud;
const config = () => ({ region: 'eu-west-1', endpoint: cloud.url, credentials: cloud.credentials });
beforeAll(async () => {
  cloud = await createCloud();
});
afterAll(() => cloud.close());

it('works', async () => {
  const sqs = new SQSClient(config());
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
  expect(QueueUrl).toBe(`${cloud.url}/eu-west-1/111122223333/q`);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'é😀',
      MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } },
    }),
  );
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 2 }),
  );
  expect(Messages).toMatchObject([{ Body: 'é😀' }]);
  const sts = new STSClient(config());
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '111122223333' });
  const sns = new SNSClient(config());
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 't' }));
  const Endpoint = 'arn:aws:sqs:eu-west-1:111122223333:q';
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  const Policy = JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: Endpoint,
      Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
    },
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await sns.send(new PublishCommand({ TopicArn, Message: 'hello' }));
  const { Messages: more } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(JSON.parse(more?.[0]?.Body ?? '')).toMatchObject({ Message: 'hello' });
  const db = new DynamoDBClient(config());
  await db.send(
    new CreateTableCommand({
      TableName: 'tab',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  await new Promise((r) => setTimeout(r, 50));
  await db.send(new PutItemCommand({ TableName: 'tab', Item: { pk: { S: 'a' } } }));
  expect((await db.send(new GetItemCommand({ TableName: 'tab', Key: { pk: { S: 'a' } } }))).Item).toEqual({
    pk: { S: 'a' },
  });
  console.log(cloud.requests());
});
