import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';

const region = 'eu-west-1';
const REASON = 'Records[0].eventTime: expected an ISO 8601 time, got nothing';
const KEY = 'a+b%20c/é～😀';

let cloud: Cloud;
let sdk: SdkClients;
let urls: Readonly<Record<string, string>>;

beforeEach(async () => {
  cloud = await createCloud();
  sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  const names = [
    'holdfast-dev-PoisonQueue-1',
    'holdfast-dev-SignalsQueue-1',
    ...['Signals', 'Looks', 'Reads', 'Peer'].map((lane) => `holdfast-dev-${lane}DeadLetterQueue-1`),
    'holdfast-dev-ReadsQueue-1',
    'holdfast-dev-peer',
  ];
  const made = names.map(async (QueueName) => {
    const { QueueUrl = '' } = await sdk.sqs(region).send(new CreateQueueCommand({ QueueName }));
    return [/^holdfast-dev-(\w+)/.exec(QueueName)?.[1] ?? '', QueueUrl] as const;
  });
  urls = Object.fromEntries(await Promise.all(made));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  sdk.destroy();
  await cloud.close();
});

const poison = (...args: readonly string[]): Promise<Ended> =>
  holdfast(['poison', ...args, '--region', region], { env: { AWS_ENDPOINT_URL: cloud.url } });

async function put(queue: string, body: string): Promise<string> {
  const command = new SendMessageCommand({ QueueUrl: urls[queue], MessageBody: body });
  return (await sdk.sqs(region).send(command)).MessageId ?? '';
}

/** Of messages that can be taken, and of those that somebody holds. */
async function counts(queue: string): Promise<readonly [number, number]> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl: urls[queue], AttributeNames: [...AttributeNames] });
  const { Attributes: found = {} } = await sdk.sqs(region).send(command);
  return [Number(found[AttributeNames[0]]), Number(found[AttributeNames[1]])];
}

function recordOf(index: number): string {
  const s3 = { bucket: { name: 'orders' }, object: { key: `${KEY}${index}`, size: 'unreadable' } };
  return JSON.stringify({ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3 });
}

const setAside = (record: string): Promise<string> => put('PoisonQueue', JSON.stringify({ reason: REASON, record }));

describe('holdfast poison', () => {
  it('lists every unreadable record with its reason and origin, and hides none of them', async () => {
    const ids = await Promise.all(Array.from({ length: 23 }, async (_, index) => setAside(recordOf(index))));
    const ended = await poison('list', '--json');
    const [summary, ...listed] = linesOf(ended).toReversed();
    expect(ended.code).toBe(1);
    expect(summary).toEqual({ kind: 'summary', messages: 23 });
    expect(new Set(listed.map((line) => (line as { id: string }).id))).toEqual(new Set(ids));
    const about = { from: 'aws:s3', event: 'ObjectCreated:Put', bucket: 'orders' };
    for (const line of listed) expect(line).toMatchObject({ queue: 'poison', region, reason: REASON, ...about });
    expect(await counts('PoisonQueue')).toEqual([23, 0]);
    const few = await poison('list', '--limit', '3');
    expect(few.stdout).toMatch(/^eu-west-1 poison: 3, or more\n/);
    expect(few.stdout.match(/s3:\/\/orders\//g)).toHaveLength(3);
    expect(few.stdout).toContain(REASON);
    expect(await counts('PoisonQueue')).toEqual([23, 0]);
  });

  it('says that nothing is set aside, and where it cannot look', async () => {
    expect(await poison('list')).toMatchObject({ code: 0, stdout: 'eu-west-1 poison: nothing\n' });
    const elsewhere = await poison('list', '--stage', 'prod');
    expect(elsewhere).toMatchObject({ code: 2, stdout: '' });
    expect(elsewhere.stderr).toContain('there is no such queue: is the stage prod deployed there?');
    cloud.faults.plant({ kind: 'deny', service: 'sqs', operation: 'ReceiveMessage' });
    const denied = await poison('list');
    expect(denied).toMatchObject({ code: 2 });
    expect(denied.stderr).toContain('eu-west-1 poison: cannot be looked into: access-denied');
  });

  it('shows a record as it came', async () => {
    const id = await setAside(recordOf(1));
    const ended = await poison('show', id, '--json');
    expect(linesOf(ended)).toMatchObject([{ id, reason: REASON, record: recordOf(1) }]);
    expect((await poison('show', id)).stdout).toContain(`"key": "${KEY}1"`);
    expect(await poison('show', 'nobody')).toMatchObject({ code: 2, stderr: 'there is no message nobody\n' });
    expect(await counts('PoisonQueue')).toEqual([1, 0]);
  });

  it('sends nothing before somebody has said yes', async () => {
    await setAside(recordOf(1));
    const ended = await poison('replay');
    expect(ended.stdout).toContain('eu-west-1 poison: 1 would be sent again\nNothing was sent');
    expect([await counts('PoisonQueue'), await counts('SignalsQueue')]).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });

  it('sends every record to the signals again, once, and removes it', async () => {
    const records = Array.from({ length: 12 }, (_, index) => recordOf(index));
    for (const record of records) await setAside(record);
    const ended = await poison('replay', '--yes');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain('eu-west-1 poison: 12 sent again\n');
    expect([await counts('PoisonQueue'), await counts('SignalsQueue')]).toEqual([
      [0, 0],
      [12, 0],
    ]);
  });

  it('sends only the named ones, and those that are old enough', async () => {
    const [first] = [await setAside(recordOf(1)), await setAside(recordOf(2))];
    expect((await poison('replay', '--yes', '--older-than', '1h')).stdout).toContain('poison: 0 sent again');
    expect((await poison('replay', first, '--yes')).stdout).toContain('poison: 1 sent again');
    expect([await counts('PoisonQueue'), await counts('SignalsQueue')]).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  it('does not send again what came back meanwhile', async () => {
    await setAside(recordOf(1));
    await setAside(recordOf(1));
    const ended = await poison('replay', '--yes');
    expect(ended.stdout).toContain('1 sent again, 1 of the same content left where they are');
    expect(await counts('PoisonQueue')).toEqual([1, 0]);
  });

  it('keeps what could not be sent, for everybody to see', async () => {
    await setAside(recordOf(1));
    cloud.faults.plant({ kind: 'deny', service: 'sqs', operation: 'SendMessage' });
    const ended = await poison('replay', '--yes');
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stderr).toContain('SetAside.sendAgain');
    expect(await counts('PoisonQueue')).toEqual([1, 0]);
  });

  it('sends dead letters to the lane that they come from', async () => {
    await put('ReadsDeadLetterQueue', 'a reading');
    await put('PeerDeadLetterQueue', 'news');
    const listed = await poison('list', '--dead-letters');
    expect(listed.stdout).toContain('eu-west-1 reads dead letters: 1\n');
    expect(listed.stdout).toContain('of unknown origin');
    const ended = await poison('replay', '--dead-letters', '--yes');
    expect(ended.stdout).toContain('holdfast poison list --stage dev --dead-letters');
    expect([await counts('ReadsQueue'), await counts('peer')]).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect([await counts('ReadsDeadLetterQueue'), await counts('PeerDeadLetterQueue')]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('needs to know where to look', async () => {
    const ended = await holdfast(['poison', 'list']);
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stderr).toContain('expected a configuration with pairs, or --region');
    expect((await poison('list', '--limit', '0')).stderr).toContain('expected a number above 0 for --limit, got 0');
  });
});
