import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../src/errors.ts';
import { createFakeCloud, type FakeCloud, type Stored } from '../support/fake-cloud.ts';
import { createFakeServices, type Ended, type FakeBuckets, holdfast, linesOf } from './fake-run.ts';

const content = Buffer.from(Array.from({ length: 25_000 }, (_, index) => index % 251));
const fullCrc = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' } as const;
const compositeSha = { algorithm: 'SHA256', type: 'COMPOSITE' } as const;
const partSizes = [10_000, 9_000, 6_000];
const key = 'a b/+%41é～😀?x';
const url = `s3://photos/${key}`;

let cloud: FakeCloud;
let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const other = Buffer.from(content);
  other[12_345] = 255;
  await writeFile(join(cwd, 'same'), content);
  await writeFile(join(cwd, 'other'), other);
  await writeFile(join(cwd, 'short'), content.subarray(1));
});

afterAll(async () => {
  await rm(cwd, { recursive: true });
});

beforeEach(() => {
  cloud = createFakeCloud();
});

function damage(stored: Stored, offset: number): void {
  const bytes = Buffer.from(stored.bytes);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  stored.bytes = bytes;
}

async function verify(args: readonly string[], buckets: Partial<FakeBuckets> = {}): Promise<Ended> {
  const services = createFakeServices({ cloud, listed: [], ...buckets });
  return holdfast(['verify', ...args], { cwd, connect: () => services });
}

function findingsOf(ended: Ended): readonly unknown[] {
  const [record] = linesOf(ended) as { findings: { verdict: string; code: string; basis: string }[] }[];
  return (record?.findings ?? []).map(({ verdict, code, basis }) => `${verdict} ${code} ${basis}`);
}

describe('holdfast verify', () => {
  it('compares nothing without --content, and says so', async () => {
    await cloud.put({ key, content, checksums: [fullCrc] });
    const { code, stdout } = await verify([url]);
    expect(code).toBe(2);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'compared nothing: S3 holds a CRC64NVME checksum (full object) and an MD5 ETag; add --content to read the bytes',
    );
    expect(cloud.calls).toEqual([`head ${key}`]);
  });

  it('reads the bytes with --content and compares them with the checksum', async () => {
    await cloud.put({ key, content, checksums: [fullCrc], versionId: 'v1' });
    const ended = await verify([url, '--content']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain(`VERIFIED        ${url}?versionId=v1\n`);
    expect(ended.stdout).toContain('24.4 KiB (25,000 bytes)');
    expect(ended.stdout).toContain('computed-checksum; proves: stored');
    expect(cloud.open).toBe(0);
  });

  it.each([
    ['a full-object checksum', { checksums: [fullCrc] }, 'content-differs-from-checksum'],
    ['an MD5 ETag', {}, 'content-differs-from-etag'],
    ['a multipart ETag', { partSizes }, 'content-differs-from-etag'],
    ['a composite checksum', { partSizes, checksums: [compositeSha] }, 'content-differs-from-checksum'],
  ])('finds one damaged byte by %s, after a second reading', async (_, upload, expected) => {
    damage(await cloud.put({ key, content, ...upload }), 12_345);
    const ended = await verify([url, '--content', '--json']);
    expect(ended.code).toBe(1);
    expect(findingsOf(ended)).toContain(`violated ${expected} computed-checksum`);
    expect(cloud.calls.filter((call) => call.startsWith('read'))).not.toHaveLength(1);
    expect(ended.stderr).toContain('reading it again to be sure');
  });

  it('names the damaged part and what to do', async () => {
    damage(await cloud.put({ key, content, partSizes, checksums: [compositeSha] }), 12_345);
    const { stdout } = await verify([url, '--content']);
    expect(stdout).toContain('damage        part 2 of 3, bytes 10000-18999');
    expect(stdout).toContain('next          Keep the version');
    expect(stdout).toContain('holdfast explain content-differs-from-checksum');
  });

  it('does not accuse the object where a connection broke once', async () => {
    await cloud.put({ key, content, checksums: [fullCrc] });
    cloud.breaks.push(7_000);
    expect(await verify([url, '--content'])).toMatchObject({ code: 0 });
  });

  it('says nothing about an object whose readings all differ', async () => {
    await cloud.put({ key, content, checksums: [fullCrc] });
    cloud.breaks.push(1_000, 2_000, 3_000, 4_000, 5_000, 6_000);
    const ended = await verify([url, '--content', '--json']);
    expect(ended.code).toBe(2);
    expect(ended.stdout).not.toContain('"violated"');
  });

  it('finds nothing to compare with where S3 stores neither checksum nor digest', async () => {
    await cloud.put({ key, content, encryption: 'sse-kms' });
    const ended = await verify([url, '--content', '--json']);
    expect(ended.code).toBe(2);
    expect(findingsOf(ended)).toEqual(['unverifiable checksum-missing computed-checksum']);
  });

  it.each(['archived', 'access-denied'] as const)(
    'says what is to be done about an object that is %s',
    async (reason) => {
      const stored = await cloud.put({ key, content });
      stored.trouble = { state: 'unreadable', reason };
      const { code, stdout } = await verify([url, '--content']);
      expect(code).toBe(2);
      expect(stdout).toContain(`  unverifiable  content-unreadable: ${reason} (info)`);
      expect(stdout).toContain(`holdfast explain ${reason}`);
    },
  );

  it('tries three times where S3 throttles, waiting longer each time, and gives up', async () => {
    const stored = await cloud.put({ key, content });
    stored.trouble = { state: 'unreadable', reason: 'throttled' };
    const services = createFakeServices({ cloud, listed: [] });
    const ended = await holdfast(['verify', url, '--json'], { connect: () => services });
    expect(services.waits).toEqual([5_000, 30_000, 120_000]);
    expect(ended.code).toBe(2);
    expect(findingsOf(ended)).toEqual(['unverifiable content-unreadable undefined']);
  });

  it('does not wait for a restore', async () => {
    await cloud.put({ key, content, state: { archive: 'restoring' } });
    const services = createFakeServices({ cloud, listed: [] });
    expect(await holdfast(['verify', url, '--content'], { connect: () => services })).toMatchObject({ code: 2 });
    expect(services.waits).toEqual([]);
  });

  it('says that there is no such object', async () => {
    const { code, stdout, stderr } = await verify([url]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`there is no object ${url}`);
  });

  it('names the version that a delete marker hides', async () => {
    const stored = await cloud.put({ key, content, versionId: 'v1' });
    cloud.remove(stored);
    const { code, stderr } = await verify([url], { listed: [stored], hidden: new Set([key]) });
    expect(code).toBe(2);
    expect(stderr).toContain(`a delete marker hides ${url}; its newest version with content is ${url}?versionId=v1`);
  });

  it('does not take a longer key for the one that is missing', async () => {
    const longer = await cloud.put({ key: `${key}-longer`, content });
    expect((await verify([url], { listed: [longer] })).stderr).toContain('there is no object');
  });

  it('shows a key that is made to fool terminals harmlessly', async () => {
    await cloud.put({ key: 'x\u001b[2J\nVERIFIED', content });
    const { stdout } = await verify(['s3://photos/x\u001b[2J\nVERIFIED']);
    expect(stdout.split('\n')[0]).toBe('UNVERIFIABLE    s3://photos/x\\u{1b}[2J\\u{a}VERIFIED');
  });

  it('reports trouble of our own in one line', async () => {
    const services = createFakeServices({ cloud, listed: [] });
    const regionOf = async (): Promise<string> => {
      throw new HoldfastError('access-denied', 'HeadBucket', 'HeadBucket failed: ExpiredToken');
    };
    const ended = await holdfast(['verify', url], { connect: () => ({ ...services, regionOf }) });
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: 'holdfast: access-denied: HeadBucket failed: ExpiredToken\n',
    });
  });
});

describe('holdfast verify --against', () => {
  it.each([
    ['a full-object checksum', { checksums: [fullCrc] }, ['stored-checksum', 'etag']],
    ['a composite checksum', { partSizes, checksums: [compositeSha] }, ['stored-checksum', 'etag', 'part-checksums']],
    ['a multipart ETag', { partSizes }, ['etag']],
    ['a checksum on SSE-KMS', { checksums: [fullCrc], encryption: 'sse-kms' as const }, ['stored-checksum']],
  ])('compares the file with %s, without reading the object', async (_, upload, bases) => {
    await cloud.put({ key, content, ...upload });
    const same = await verify([url, '--against', 'same', '--json']);
    expect(same.code).toBe(0);
    expect(findingsOf(same)).toEqual(bases.map((basis) => `verified content-verified ${basis}`));
    const other = await verify([url, '--against', 'other', '--json']);
    expect(other.code).toBe(1);
    expect(findingsOf(other)).toEqual(bases.map((basis) => `violated content-differs-from-declared-digest ${basis}`));
    expect(cloud.calls.filter((call) => call.startsWith('read'))).toEqual([]);
  });

  it('names the part in which the file differs', async () => {
    await cloud.put({ key, content, partSizes, checksums: [compositeSha] });
    const { stdout } = await verify([url, '--against', 'other']);
    expect(stdout).toContain('damage        part 2 of 3, bytes 10000-18999');
  });

  it('needs no digest where the sizes differ', async () => {
    await cloud.put({ key, content });
    const ended = await verify([url, '--against', 'short', '--json']);
    expect(ended.code).toBe(1);
    expect(findingsOf(ended)).toEqual(['violated size-differs size']);
  });

  it.each([
    ['by a checksum of the whole', { checksums: [fullCrc] }],
    ['by the parts', { partSizes }],
  ])('with --content compares the bytes too, %s', async (_, upload) => {
    await cloud.put({ key, content, ...upload });
    const ended = await verify([url, '--against', 'same', '--content', '--json']);
    expect(ended.code).toBe(0);
    const { findings } = linesOf(ended)[0] as { findings: { basis: string; evidence: { against: string } }[] };
    expect(
      findings.some(({ basis, evidence }) => basis === 'computed-checksum' && evidence.against === 'local-file'),
    ).toBe(true);
  });

  it('finds with --content what the record hides', async () => {
    damage(await cloud.put({ key, content, partSizes }), 24_999);
    expect(await verify([url, '--against', 'same'])).toMatchObject({ code: 0 });
    const { code, stdout } = await verify([url, '--against', 'same', '--content']);
    expect(code).toBe(1);
    expect(stdout).toContain('the bytes, read now, with the local file same, by MD5 of each part');
    expect(stdout).toContain('damage        part 3 of 3, bytes 19000-24999');
  });

  it('is bytes against bytes where S3 records nothing', async () => {
    await cloud.put({ key, content, encryption: 'sse-kms' });
    expect(findingsOf(await verify([url, '--against', 'same', '--json']))).toEqual([]);
    expect(await verify([url, '--against', 'same', '--content'])).toMatchObject({ code: 0 });
    expect(findingsOf(await verify([url, '--against', 'other', '--content', '--json']))).toEqual([
      'violated content-differs-from-declared-digest computed-checksum',
    ]);
  });

  it.each(['nowhere', '.'])('refuses %j as a file', async (path) => {
    await cloud.put({ key, content });
    const { code, stderr } = await verify([url, '--against', path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^holdfast: invalid-config: .*(cannot be read|expected a file)/);
  });
});
