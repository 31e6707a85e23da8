import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { sceneryOf } from '../../demo/scenery.ts';
import { linesOf, startShow } from './show.ts';

const LIMIT = { timeout: 600_000 };

const OWN = `version: 1
pairs:
  invoices:
    source: { bucket: invoices-a, region: eu-central-1, account: '222233334444', kmsKeys: ['arn:aws:kms:eu-central-1:222233334444:key/0c0c0c0c-1111-2222-3333-444455556666'] }
    destinations:
      - { bucket: invoices-b, region: eu-north-1, account: '555566667777', kmsKeys: ['arn:aws:kms:eu-north-1:555566667777:key/0d0d0d0d-1111-2222-3333-444455556666'] }
    twoWay: true
alerts:
  subscriptions: [{ protocol: email, endpoint: storage@example.com, severity: critical }]
`;

describe('the scenery of a configuration', () => {
  it('lets the account of the embedded cloud play all the others', () => {
    const { config, buckets, regions, ways, keys } = sceneryOf(OWN);
    expect(config).not.toMatch(/222233334444|555566667777/);
    expect(buckets.map(({ bucket }) => bucket)).toEqual(['invoices-a', 'invoices-b']);
    expect(regions).toEqual(['eu-central-1', 'eu-north-1']);
    expect(ways.map(({ rule, twoWay }) => [rule, twoWay])).toEqual([
      ['invoices-a-to-invoices-b', true],
      ['invoices-b-to-invoices-a', true],
    ]);
    expect(keys.map(({ action, place }) => [action, place.bucket])).toEqual([
      ['kms:Decrypt', 'invoices-a'],
      ['kms:Encrypt', 'invoices-b'],
      ['kms:Decrypt', 'invoices-b'],
      ['kms:Encrypt', 'invoices-a'],
    ]);
  });

  it('is refused with every problem of the configuration', () => {
    expect(() => sceneryOf('version: 2\npair: {}')).toThrow(/version[\s\S]*pair/);
  });
});

describe('a rehearsal', () => {
  it(
    'waits until a bucket of the own configuration notifies, and lets its damaged object be heard of',
    LIMIT,
    async () => {
      await mkdir('.cache', { recursive: true });
      await writeFile('.cache/rehearsal.yml', OWN);
      const show = startShow(['--config', '.cache/rehearsal.yml']);
      try {
        const ready = await show.line('ready');
        const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = ready[
          'environment'
        ] as Readonly<Record<string, string>>;
        const s3 = new S3Client({
          region: 'eu-central-1',
          endpoint: String(ready['url']),
          credentials: { accessKeyId, secretAccessKey },
          forcePathStyle: true,
        });
        const Bucket = 'invoices-a';
        expect(await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).not.toHaveProperty(
          'QueueConfigurations',
        );
        const status = (await (await fetch(`${String(ready['url'])}/_holdfast/status`)).json()) as {
          readonly queues: readonly { readonly arn: string }[];
        };
        const QueueArn = status.queues.map(({ arn }) => arn).find((arn) => /eu-central-1.*-SignalsQueue-/.test(arn));
        const QueueConfigurations = [{ QueueArn, Events: ['s3:ObjectCreated:*' as const] }];
        const NotificationConfiguration = { QueueConfigurations };
        await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
        expect(await show.line('uploaded')).toMatchObject({ bucket: Bucket });
        const alert = JSON.stringify(await show.line('alert'));
        expect(alert).toContain('content-differs-from-');
        expect(alert).toContain('rehearsal/invoices-a/flipped.bin');
      } finally {
        show.child.kill('SIGINT');
        if (show.child.exitCode === null) await once(show.child, 'exit');
      }
      const ended = await show.ended;
      expect(ended.code).toBe(0);
      expect(JSON.stringify(linesOf(ended, 'alert'))).not.toMatch(/good\.bin|parts\.bin/);
    },
  );
});
