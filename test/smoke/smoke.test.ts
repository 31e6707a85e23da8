import { readFile } from 'node:fs/promises';
import { CreateBucketCommand, ListBucketsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListAliasesCommand } from '@aws-sdk/client-kms';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { namesOf } from '../../scripts/smoke/names.ts';
import { smokePolicy } from '../../scripts/smoke/permissions.ts';
import { planOf, totalOf } from '../../scripts/smoke/plan.ts';
import { QUESTIONS } from '../../scripts/smoke/questions/index.ts';
import type { SmokeReport } from '../../scripts/smoke/report.ts';
import { exitCodeOf, removeAll, runSmokeTest } from '../../scripts/smoke/run.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { assume } from '../sandbox/assumed-role.ts';
import { sandboxClients, sandboxRun } from './smoke-stage.ts';

let cloud: Cloud;

/** Their conditions the sandbox does not know: to whom a role is given, and by which alias a key is called. */
const UNKNOWN_CONDITIONS: ReadonlySet<string> = new Set(['GiveRole', 'EndKeys']);

/** Of somebody who may do what `--policy` prints, and nothing else. */
async function clientsOfProfile() {
  const statements = smokePolicy(cloud.account, { withKms: true }).map((statement) =>
    UNKNOWN_CONDITIONS.has(statement.Sid) ? { ...statement, Condition: {} } : statement,
  );
  return sandboxClients(cloud, await assume(cloud, { name: 'smoke-profile', statements }));
}

/** What the account holds that a run could have made. */
async function holdings(): Promise<readonly unknown[]> {
  const { clients } = sandboxRun(cloud);
  const { Buckets = [] } = await clients.s3('us-east-1').send(new ListBucketsCommand({}));
  const regions = ['us-east-1', 'eu-west-1'].map(async (region) => {
    const { QueueUrls = [] } = await clients.sqs(region).send(new ListQueuesCommand({}));
    const { Aliases = [] } = await (await clients.kms(region)).send(new ListAliasesCommand({}));
    return [
      ...QueueUrls,
      ...Aliases.map(({ AliasName }) => AliasName).filter((name) => name?.startsWith('alias/aws/') !== true),
    ];
  });
  return [...Buckets.map(({ Name }) => Name), ...(await Promise.all(regions)).flat()];
}

const statesOf = ({ questions }: SmokeReport) => Object.fromEntries(questions.map(({ id, state }) => [id, state]));

describe('a smoke test with keys', () => {
  let report: SmokeReport;
  let asked: ReturnType<Cloud['requests']>;
  beforeAll(async () => {
    cloud = await createCloud({ seed: 8 });
    report = await runSmokeTest(sandboxRun(cloud, { withKms: true, clients: await clientsOfProfile() }));
    asked = cloud.requests();
  });
  afterAll(() => cloud.close());

  it('answers everything that can be asked, and says why it does not ask the rest', () => {
    const unasked = QUESTIONS.filter(({ ask }) => ask === undefined).map(({ id }) => id);
    expect(unasked).toEqual([
      'kms-throttle-form',
      'replication-threshold-fields',
      'compute-checksum-algorithms',
      'eventbridge-charge',
      'lambda-test-event',
    ]);
    const expected = QUESTIONS.map(({ id }) => [id, unasked.includes(id) ? 'not-asked' : 'answered']);
    expect(statesOf(report)).toEqual(Object.fromEntries(expected));
    expect(exitCodeOf(report)).toBe(0);
  });

  it.each([
    [
      'replica-arrival-event',
      /^ObjectCreated:Put, principal s3\.amazonaws\.com, sequencer present, version ID present$/,
    ],
    [
      'replica-checksums',
      /^single: ChecksumSHA256 kept.*; composite: ChecksumCRC32C kept.*; other-key: .* ETag changed$/,
    ],
    ['replication-failure-operations', /^object: OBJECT_PUT, DstPut.*; tags: .*, DstPutTagging.*; marker: .*, DstDel/],
    ['composite-attributes', /without the number of parts, the ETag is not quoted$/],
    ['eventbridge-key', /^raw$/],
    ['head-without-checksum-kms', /^no request for 20 HEADs without checksums, 20 with$/],
    ['null-version-event', /^created: absent, tagged: "null", removed: "null"$/],
  ])('reports what the sandbox does as %s', (id, answer) => {
    expect(report.questions.find((one) => one.id === id)).toMatchObject({ answer: expect.stringMatching(answer) });
  });

  it('writes what its schema promises, and says whom it asked', async () => {
    const schema = JSON.parse(await readFile('docs/smoke-test.schema.json', 'utf8')) as object;
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    validate(report);
    expect(validate.errors).toBeNull();
    expect(report.endpoint).toBe(new URL(cloud.url).host);
  });

  it('names neither the account nor the caller', () => {
    const text = JSON.stringify(report);
    expect(text).not.toContain(cloud.account);
    expect(text).not.toContain(cloud.credentials.accessKeyId);
    expect(text).not.toMatch(/"sourceIPAddress":"\d/);
  });

  it('leaves nothing in the account', async () => {
    expect(report.left).toEqual([]);
    expect(await holdings()).toEqual([]);
  });

  it('makes no more requests than its costs were said for', () => {
    const count = (isMeant: (operation: string) => boolean, service: string): number =>
      asked.filter((one) => one.service === service && isMeant(one.operation)).reduce((sum, one) => sum + one.count, 0);
    const isWrite = (operation: string): boolean => !/^(?:Get|Head)/.test(operation);
    expect(count(isWrite, 's3')).toBeLessThan(500);
    expect(count((operation) => !isWrite(operation), 's3')).toBeLessThan(5_000);
    expect(count(() => true, 'sqs')).toBeLessThan(6_000);
  });
});

describe('a smoke test that goes wrong', () => {
  // One for each: clients that meet a clock which others have advanced take long to believe it.
  beforeEach(async () => {
    cloud = await createCloud({ seed: 8 });
  });
  afterEach(() => cloud.close());

  it('removes what it had created when creating fails half-way', async () => {
    cloud.faults.plant({ kind: 'deny', service: 's3', operation: 'PutBucketReplication' });
    const report = await runSmokeTest(sandboxRun(cloud));
    expect(new Set(Object.values(statesOf(report)))).toEqual(new Set(['failed', 'not-asked']));
    expect(report.questions[0]).toMatchObject({ reason: expect.stringMatching(/could not be created: AccessDenied/) });
    expect([report.left, await holdings()]).toEqual([[], []]);
    expect(exitCodeOf(report)).toBe(2);
  });

  it('says what could not be removed, and removes it when it is called again', async () => {
    cloud.faults.plant({
      kind: 'deny',
      service: 's3',
      operation: 'DeleteBucket',
      bucket: 'holdfast-smoke-20261121-0a1b2c-plain',
    });
    // Interrupted, it asks nothing, and cleans up.
    const run = sandboxRun(cloud, { isInterrupted: () => true });
    const report = await runSmokeTest(run);
    expect(new Set(Object.values(statesOf(report)))).toEqual(new Set(['failed', 'not-asked']));
    expect(report.left).toEqual(['bucket holdfast-smoke-20261121-0a1b2c-plain']);
    expect(run.told).toContainEqual(expect.stringMatching(/^could not be removed: bucket .*-plain: AccessDenied/));
    expect(exitCodeOf(report)).toBe(1);
    for (const { id } of cloud.faults.list()) cloud.faults.remove(id);
    expect(await removeAll(run)).toEqual([]);
  });

  it('never empties a bucket that does not carry its tag', async () => {
    const run = sandboxRun(cloud);
    const Bucket = namesOf(run).plainBucket;
    const s3 = run.clients.s3('us-east-1');
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'of somebody else', Body: 'x' }));
    expect(await removeAll(run)).toEqual([`bucket ${Bucket}`]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
  });
});

describe('the plan', () => {
  const places = { run: '20261121-0a1b2c', source: 'us-east-1', destination: 'eu-west-1' };

  it('names every bucket, queue, role, rule and key', () => {
    expect(planOf(places, { withKms: true }).creates).toHaveLength(3 + 3 + 1 + 1 + 2);
    expect(planOf(places, { withKms: false }).creates.filter((line) => line.startsWith('KMS'))).toEqual([]);
  });

  it('costs a dollar and a half, and with keys two dollars more', () => {
    expect(totalOf(planOf(places, { withKms: false }))).toBeLessThan(1.5);
    expect(totalOf(planOf(places, { withKms: true }))).toBeLessThan(3.5);
    expect(totalOf(planOf(places, { withKms: true }))).toBeGreaterThan(2);
  });
});
