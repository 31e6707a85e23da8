import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3BucketDocuments } from '../../src/adapters/aws/s3-bucket-documents.ts';
import type { DocumentName } from '../../src/model/wiring.ts';
import type { BucketDocuments } from '../../src/ports.ts';

const BUCKET = { bucket: 'orders-use1', region: 'us-east-1', account: '111122223333' };
const call = { signal: AbortSignal.timeout(20_000) };

let server: Server;
let documents: BucketDocuments;
let answer: { readonly status: number; readonly xml: string };
let received: { readonly owner: unknown; readonly minimum: unknown; readonly body: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const owner = request.headers['x-amz-expected-bucket-owner'];
      const minimum = request.headers['x-amz-transition-default-minimum-object-size'];
      received = { owner, minimum, body: Buffer.concat(chunks).toString() };
      response.writeHead(answer.status, { 'content-type': 'application/xml' }).end(answer.xml);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['AWS_ACCESS_KEY_ID'] = 'any';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'any';
  documents = createS3BucketDocuments(createClients({ customEndpoint: true, endpoint, maxAttempts: 1 }));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const xml = (root: string, inner: string) =>
  `<?xml version="1.0"?><${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</${root}>`;

describe('createS3BucketDocuments', () => {
  it.each<[DocumentName, string, object]>([
    [
      'notifications',
      xml('NotificationConfiguration', '<QueueConfiguration><Queue>q</Queue><Event>s3:X</Event></QueueConfiguration>'),
      { QueueConfigurations: [{ QueueArn: 'q', Events: ['s3:X'] }] },
    ],
    [
      'notifications',
      xml('NotificationConfiguration', '<EventBridgeConfiguration/>'),
      { EventBridgeConfiguration: {} },
    ],
    ['replication', xml('ReplicationConfiguration', '<Role>r</Role>'), { Role: 'r' }],
    ['lifecycle', xml('LifecycleConfiguration', '<Rule><ID>a</ID></Rule>'), { Rules: [{ ID: 'a' }] }],
  ])('reads the whole configuration: %s %#', async (name, text, document) => {
    answer = { status: 200, xml: text };
    const value = { document: expect.objectContaining(document) as object, unknown: [] };
    expect(await documents.read(BUCKET, name, call)).toEqual({ state: 'present', value });
    expect(received.owner).toBe('111122223333');
  });

  it.each<[DocumentName, string]>([
    ['notifications', 'NotificationConfiguration'],
    ['replication', 'ReplicationConfiguration'],
    ['lifecycle', 'LifecycleConfiguration'],
  ])('names what the SDK passes over: %s', async (name, root) => {
    answer = { status: 200, xml: xml(root, '<Younger a="b"><Than>1</Than></Younger>') };
    expect(await documents.read(BUCKET, name, call)).toMatchObject({ value: { unknown: ['Younger', 'Than'] } });
  });

  it.each<[DocumentName, number, string, object]>([
    ['replication', 404, 'ReplicationConfigurationNotFoundError', { state: 'present', value: { document: {} } }],
    ['lifecycle', 404, 'NoSuchLifecycleConfiguration', { state: 'present', value: { document: {} } }],
    ['lifecycle', 404, 'NoSuchBucket', { state: 'absent' }],
    ['notifications', 403, 'AccessDenied', { state: 'unreadable', reason: 'access-denied' }],
  ])('tells none from unreadable: %s %i %s', async (name, status, code, expected) => {
    answer = { status, xml: `<Error><Code>${code}</Code></Error>` };
    expect(await documents.read(BUCKET, name, call)).toMatchObject(expected);
  });

  it('writes the size that lifecycle rules begin at as a header, and not as a rule', async () => {
    answer = { status: 200, xml: '' };
    const document = {
      Rules: [{ ID: 'a', Status: 'Enabled' }],
      TransitionDefaultMinimumObjectSize: 'varies_by_storage_class',
    };
    await documents.write(BUCKET, 'lifecycle', { ...call, document });
    expect(received.body).toContain('<ID>a</ID>');
    expect(received.minimum).toBe('varies_by_storage_class');
    expect(received.body).not.toContain('Minimum');
  });

  it('throws what S3 refuses', async () => {
    answer = { status: 400, xml: '<Error><Code>InvalidArgument</Code><Message>overlap</Message></Error>' };
    const written = documents.write(BUCKET, 'notifications', { ...call, document: {}, validate: false });
    await expect(written).rejects.toThrow('BucketDocuments.notifications failed: InvalidArgument (HTTP 400): overlap');
  });
});
