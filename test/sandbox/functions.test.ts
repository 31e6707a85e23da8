import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import type { Deployed } from '../../src/sandbox/template/deploy.ts';
import { consumerOf, lambda, mapping, packStack, REQUIRE, role, type PackagedStack } from './packaged-stack.ts';

let cloud: Cloud;
let stack: Deployed;
let packaged: PackagedStack;
let sqs: SQSClient;

/** One function `work` between a queue `Inbox`, with a dead-letter queue, and a queue `Outbox` that it may send to. */
async function deploy(source: string, { environment = {}, properties = {}, feeding = {} } = {}): Promise<void> {
  packaged = await packStack({
    functions: { work: source },
    resources: {
      Feeding: mapping('Inbox', 'Work', feeding),
      Work: lambda('work', {
        Environment: { Variables: { OUTBOX: { Ref: 'Outbox' }, ...environment } },
        ...properties,
      }),
      workRole: role(consumerOf('Inbox'), {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': ['Outbox', 'Arn'] },
      }),
      Inbox: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 30,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] }, maxReceiveCount: 2 },
        },
      },
      DeadLetters: { Type: 'AWS::SQS::Queue' },
      Outbox: { Type: 'AWS::SQS::Queue' },
    },
  });
  stack = await cloud.deploy(packaged);
}

const urlOf = (id: string): string => stack.resources[id]?.ref ?? '';
const send = (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl: urlOf('Inbox'), MessageBody }));

async function received(id: string, WaitTimeSeconds = 0): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: urlOf(id), MaxNumberOfMessages: 10, WaitTimeSeconds }),
  );
  return Messages;
}

async function counts(id: string): Promise<string> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: urlOf(id), AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.map((name) => Attributes[name]).join('+');
}

const lines = (): string[] => cloud.logs.lines().map(({ text }) => text);

beforeEach(async () => {
  cloud = await createCloud();
  sqs = new SQSClient({ region: 'eu-west-1', endpoint: cloud.url, credentials: cloud.credentials });
});
afterEach(async () => {
  await cloud.close();
  await packaged.remove();
});

describe('a function', () => {
  it('gets messages as Lambda gives them, and deletes what it did', async () => {
    await deploy('export const handler = async (event) => { console.log(JSON.stringify(event)); };');
    const { MessageId } = await send('é～😀');
    await cloud.idle();
    const [line = ''] = lines();
    expect(JSON.parse(line)).toMatchObject({
      Records: [
        {
          messageId: MessageId,
          body: 'é～😀',
          eventSource: 'aws:sqs',
          eventSourceARN: stack.resources['Inbox']?.attributes?.['Arn'],
          awsRegion: 'eu-west-1',
          attributes: { ApproximateReceiveCount: '1' },
        },
      ],
    });
    expect(await counts('Inbox')).toBe('0+0');
  });

  it('sees its own environment and nothing else', async () => {
    await deploy('export const handler = async () => { console.log(JSON.stringify(process.env)); };', {
      environment: { A: 'b' },
    });
    await send('x');
    await cloud.idle();
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, LAMBDA_TASK_ROOT, ...shown } = JSON.parse(
      lines()[0] ?? '',
    ) as Record<string, string>;
    expect([AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, LAMBDA_TASK_ROOT]).not.toContain(undefined);
    expect(shown).toEqual({
      A: 'b',
      OUTBOX: urlOf('Outbox'),
      _HANDLER: 'dist/work/index.handler',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: cloud.url,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_FUNCTION_NAME: 'test-work',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/test-work',
      AWS_LAMBDA_LOG_STREAM_NAME: 'sandbox/eu-west-1/[$LATEST]',
      AWS_REGION: 'eu-west-1',
      TZ: ':UTC',
    });
  });

  it('may do what its role allows, and only that', async () => {
    await deploy(`${REQUIRE}
      const { SQSClient, SendMessageCommand, PurgeQueueCommand } = require('@aws-sdk/client-sqs');
      const sqs = new SQSClient({});
      export const handler = async () => {
        const QueueUrl = process.env.OUTBOX;
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'sent' }));
        await sqs.send(new PurgeQueueCommand({ QueueUrl })).catch((error) => console.log(error.name + ': ' + error.message));
      };`);
    await send('x');
    expect(await received('Outbox', 10)).toMatchObject([{ Body: 'sent' }]);
    await cloud.idle();
    expect(lines().join('\n')).toMatch(
      /^AccessDenied: .*sqs:PurgeQueue on resource: arn:aws:sqs:eu-west-1:111122223333:test-Outbox/m,
    );
    const caller = stack.resources['workRole']?.ref;
    expect(cloud.requests()).toContainEqual({
      service: 'sqs',
      operation: 'SendMessage',
      region: 'eu-west-1',
      role: caller,
      count: 1,
    });
  });

  it('lives in the time of the sandbox', async () => {
    await deploy(
      'export const handler = async () => { console.log(Date.now(), new Date().getTime(), new Date(0).getTime()); };',
    );
    await cloud.clock.advance(3_600_000);
    const now = cloud.clock.now();
    await send('x');
    await cloud.idle();
    const [a = 0, b = 0, epoch] = (lines()[0] ?? '').split(' ').map(Number);
    expect(Math.abs(a - now)).toBeLessThan(10_000);
    expect(Math.abs(b - a)).toBeLessThan(1000);
    expect(epoch).toBe(0);
  });

  it('has its lines kept with its name, Region and request', async () => {
    await deploy(`export const handler = async (event, context) => {
      process.stdout.write('one line in ');
      process.stdout.write('two pieces ' + context.awsRequestId + ' ' + (context.getRemainingTimeInMillis() <= 10000) + '\\n');
      console.error('no end of line');
    };`);
    await send('x');
    await cloud.idle();
    const [out, err] = cloud.logs.lines();
    expect(out).toMatchObject({
      region: 'eu-west-1',
      functionName: 'test-work',
      stream: 'stdout',
      requestId: expect.any(String),
    });
    expect(out?.text).toBe(`one line in two pieces ${out?.requestId} true`);
    expect(err).toMatchObject({ stream: 'stderr', text: 'no end of line', requestId: out?.requestId });
  });

  it('keeps what it keeps between invocations of one environment', async () => {
    await deploy('let count = 0; export const handler = async () => { console.log(++count); };', {
      feeding: { BatchSize: 1 },
      properties: { ReservedConcurrentExecutions: 1 },
    });
    for (const body of ['a', 'b', 'c']) await send(body);
    await cloud.idle();
    expect(lines()).toEqual(['1', '2', '3']);
  });
});

describe('messages that a function fails on', () => {
  it('come back alone when the answer names them, and end in the dead-letter queue', async () => {
    await deploy(`export const handler = async ({ Records }) => ({
      batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })),
    });`);
    for (const body of ['good', 'bad', 'good']) await send(body);
    await cloud.idle();
    expect(await counts('Inbox')).toBe('0+1');
    for (const _ of [1, 2]) {
      await cloud.clock.advance(30_000);
      await cloud.idle();
    }
    expect(await received('DeadLetters')).toMatchObject([{ Body: 'bad' }]);
    expect(await counts('Inbox')).toBe('0+0');
  });

  it.each([
    ['the handler throws', `throw new TypeError('broken');`, 'TypeError: broken'],
    [
      'the answer names a message that was not in the batch',
      `return { batchItemFailures: [{ itemIdentifier: 'x' }] };`,
      '',
    ],
    ['the answer names nothing', `return { batchItemFailures: [{}] };`, ''],
    ['the function exits', 'process.exit(1);', 'Runtime.ExitError'],
    [
      'an error is caught by nobody',
      `setTimeout(() => { throw new Error('late'); }); await new Promise(() => {});`,
      'Runtime.ExitError',
    ],
    ['it takes too long', 'await new Promise(() => {});', 'Sandbox.Timedout: the function timed out after 1 seconds'],
    ['it uses all processor time for too long', 'for (;;);', 'Sandbox.Timedout'],
  ])('come back as a whole batch when %s', async (_, body, logged) => {
    await deploy(`export const handler = async () => { ${body} };`, { properties: { Timeout: 1 } });
    await send('a');
    await send('b');
    await cloud.idle();
    expect(await counts('Inbox')).toBe('0+2');
    expect(lines().join('\n')).toContain(logged);
  });

  it('are done again in a new environment after a crash was planted', async () => {
    await deploy(`console.log('start');
      export const handler = async () => { await new Promise((resolve) => setTimeout(resolve, 300)); console.log('done'); };`);
    cloud.faults.plant({ kind: 'crash-function', functionName: 'work', times: 1 });
    await send('x');
    await cloud.idle();
    expect(await counts('Inbox')).toBe('0+1');
    await cloud.clock.advance(30_000);
    await cloud.idle();
    expect(await counts('Inbox')).toBe('0+0');
    expect(lines().filter((line) => line === 'done')).toHaveLength(1);
    expect(lines().join('\n')).toContain('Runtime.ExitError');
  });

  it('are done when a module loads that did not load the first time', async () => {
    await deploy(`import { existsSync, writeFileSync } from 'node:fs';
      const marker = process.env.LAMBDA_TASK_ROOT + '/loaded-before';
      if (!existsSync(marker)) { writeFileSync(marker, ''); throw new Error('not yet'); }
      export const handler = async () => { console.log('done'); };`);
    await send('x');
    await cloud.idle();
    await cloud.clock.advance(30_000);
    await cloud.idle();
    expect(lines()).toContain('done');
  });

  it('are kept when the module cannot be loaded', async () => {
    await deploy(`throw new Error('no configuration');`);
    await send('x');
    await cloud.idle();
    expect(await counts('Inbox')).toBe('0+1');
    expect(lines().join('\n')).toContain('no configuration');
  });
});

describe('a mapping', () => {
  it('runs no more at once than it may', async () => {
    const source = `export const handler = async ({ Records }) => {
      console.log('begin'); await new Promise((resolve) => setTimeout(resolve, 50)); console.log('end');
    };`;
    await deploy(source, { feeding: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } } });
    for (const body of ['a', 'b', 'c', 'd', 'e']) await send(body);
    await cloud.idle();
    let open = 0;
    const depths = lines().map((line) => (open += line === 'begin' ? 1 : -1));
    expect(depths).toHaveLength(10);
    expect(Math.max(...depths)).toBe(2);
  });

  it('collects a batch within its window', async () => {
    await deploy('export const handler = async ({ Records }) => { console.log(Records.length); };', {
      feeding: { BatchSize: 100, MaximumBatchingWindowInSeconds: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      properties: { ReservedConcurrentExecutions: 1 },
    });
    for (const body of ['a', 'b', 'c', 'd']) await send(body);
    await cloud.clock.advance(1000);
    await cloud.idle();
    expect(
      lines()
        .map(Number)
        .reduce((sum, length) => sum + length),
    ).toBe(4);
    expect(lines().length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['ahead', 600_000],
    ['behind', -600_000],
  ])(
    'lives by a clock that is ten minutes %s where somebody set it so, and is served all the same',
    async (_, skewMs) => {
      await deploy(`${REQUIRE}
      const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
      const sqs = new SQSClient({ maxAttempts: 1 });
      export const handler = () =>
        sqs.send(new SendMessageCommand({ QueueUrl: process.env.OUTBOX, MessageBody: String(Date.now()) }));`);
      const answer = await fetch(`${cloud.url}/_holdfast/clock`, {
        method: 'POST',
        body: JSON.stringify({ region: 'eu-west-1', skewMs }),
      });
      expect(answer.status).toBe(200);
      await send('x');
      const [{ Body = '' } = {}] = await received('Outbox', 5);
      expect(Math.abs(Number(Body) - cloud.clock.now() - skewMs)).toBeLessThan(10_000);
    },
  );

  it('that waits between two rounds goes on when sandbox time has come', async () => {
    await deploy(`
      import { setTimeout as wait } from 'node:timers/promises';
      export const handler = async () => {
        const from = Date.now();
        console.log('first');
        console.log(await wait(9000, 'second'), Date.now() - from >= 9000);
      };`);
    await send('x');
    await expect.poll(lines).toEqual(['first']);
    await cloud.clock.advance(8000);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(lines()).toEqual(['first']);
    await cloud.clock.advance(1000);
    await expect.poll(lines).toEqual(['first', 'second true']);
  });

  it('that waits for nothing but time is not busy, until it is time', async () => {
    await deploy(`
      import { setTimeout as wait } from 'node:timers/promises';
      export const handler = async () => { console.log('first'); await wait(9000); console.log('second'); };`);
    const busy = async (): Promise<number> => {
      const { functions } = (await (await fetch(`${cloud.url}/_holdfast/status`)).json()) as {
        functions: readonly { readonly busy: number }[];
      };
      return functions.reduce((sum, each) => sum + each.busy, 0);
    };
    await send('x');
    await expect.poll(lines).toEqual(['first']);
    await expect.poll(busy).toBe(0);
    await cloud.clock.advance(9000);
    expect([await busy(), lines().length > 1]).not.toEqual([0, false]); // at work again, or done
    await expect.poll(lines).toEqual(['first', 'second']);
  });

  it('waits while its Region is out', async () => {
    await deploy(`export const handler = async () => { console.log('ran'); };`);
    await send('x');
    await cloud.idle();
    const { id } = cloud.faults.plant({ kind: 'region-outage', region: 'eu-west-1' });
    await cloud.clock.advance(1000);
    await expect(send('y')).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await cloud.idle();
    expect(lines()).toEqual(['ran']);
    cloud.faults.remove(id);
    await send('z');
    await cloud.clock.advance(1000);
    await cloud.idle();
    expect(lines()).toEqual(['ran', 'ran']);
  });
});
