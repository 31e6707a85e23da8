import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../src/ports.ts';
import { createFakeCloud, type FakeCloud, type Stored } from '../support/fake-cloud.ts';
import { createFakeServices, type Ended, type FakeServices, holdfast, linesOf } from './fake-run.ts';

const content = Buffer.from('0123456789');
const checksums = [{ algorithm: 'CRC64NVME', type: 'FULL_OBJECT' }] as const;

let cloud: FakeCloud;
let listed: Stored[];

beforeEach(() => {
  cloud = createFakeCloud();
  listed = [];
});

async function put(key: string, more: Partial<Parameters<FakeCloud['put']>[0]> = {}): Promise<Stored> {
  const stored = await cloud.put({ key, content, checksums, ...more });
  listed.push(stored);
  return stored;
}

async function verify(args: readonly string[], services?: Partial<FakeServices>): Promise<Ended> {
  const made = { ...createFakeServices({ cloud, listed }), ...services };
  return holdfast(['verify', '--prefix', ...args], { connect: () => made });
}

describe('holdfast verify --prefix', () => {
  it('counts by verdict and names what is violated', async () => {
    await put('p/good');
    (await put('p/bad')).bytes = Buffer.from('0123456780');
    (await put('p/denied')).trouble = { state: 'unreadable', reason: 'access-denied' };
    await put('q/elsewhere');
    const { code, stdout } = await verify(['s3://photos/p/', '--content']);
    expect(code).toBe(1);
    expect(stdout).toContain('VIOLATED        s3://photos/p/bad\n');
    expect(stdout).toMatch(/^violated +1 +10 B$/m);
    expect(stdout).toMatch(/^unverifiable +1 +0 B$/m);
    expect(stdout).toMatch(/^verified +1 +10 B$/m);
    expect(stdout).toContain('1 × content-unreadable: access-denied\n');
  });

  it('writes a line for each object and one that sums up with --json', async () => {
    await put('a+b%41 é');
    await put('～😀\n');
    const ended = await verify(['s3://photos/', '--content', '--json']);
    expect(ended.code).toBe(0);
    expect(linesOf(ended)).toMatchObject([
      { kind: 'object', verdict: 'verified', object: { key: 'a+b%41 é' } },
      { kind: 'object', verdict: 'verified', object: { key: '～😀\n' } },
      { kind: 'summary', objects: 2, verified: { objects: 2, bytes: 20 }, violated: { objects: 0 } },
    ]);
  });

  it('says what could have been compared where nothing is read', async () => {
    await put('a');
    const { code, stdout } = await verify(['s3://photos/']);
    expect(code).toBe(2);
    expect(stdout).toContain('1 × nothing compared: S3 holds a CRC64NVME checksum (full object) and an MD5 ETag');
  });

  it.each([
    [[], ['v2']],
    [['--all-versions'], ['v1', 'v2']],
  ])('looks with %j at the versions %j', async (options, expected) => {
    await put('a', { versionId: 'v1' });
    await put('a', { versionId: 'v2' });
    const lines = linesOf(await verify(['s3://photos/', '--content', '--json', ...options]));
    const seen = lines.slice(0, -1).map((line) => (line as { object: { versionId: string } }).object.versionId);
    expect(seen.toSorted()).toEqual(expected);
  });

  it('does not call a prefix without objects verified', async () => {
    const { code, stdout } = await verify(['s3://photos/none/', '--content']);
    expect(code).toBe(2);
    expect(stdout).toContain('there is no object with this prefix');
  });

  it('shows the first 20 that are violated and counts the rest', async () => {
    for (let index = 0; index < 25; index += 1) (await put(`k${index}`)).bytes = Buffer.from('0123456780');
    const { stdout } = await verify(['s3://photos/', '--content']);
    expect(stdout.match(/^VIOLATED/gm)).toHaveLength(20);
    expect(stdout).toContain('5 more violated are not shown');
  });

  it.each([1, 3, 8])('looks at %i objects at once and no more', async (concurrency) => {
    for (let index = 0; index < 20; index += 1) await put(`k${index}`);
    let now = 0;
    let most = 0;
    const objects: ObjectStore = {
      ...cloud.objects,
      async read(object, options) {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 2));
        now -= 1;
        return cloud.objects.read(object, options);
      },
    };
    await verify(['s3://photos/', '--content', '--concurrency', String(concurrency)], { objects });
    expect(most).toBe(concurrency);
  });

  it('exits with 2 where versions were asked for and cannot be listed', async () => {
    await put('a');
    const services = createFakeServices({ cloud, listed });
    const args = ['verify', '--prefix', 's3://photos/', '--content'];
    const connect: NonNullable<Parameters<typeof holdfast>[1]>['connect'] = (place) => {
      place.onlyCurrent('AccessDenied');
      return services;
    };
    expect(await holdfast([...args, '--all-versions'], { connect })).toMatchObject({ code: 2 });
    const current = await holdfast(args, { connect });
    expect(current.code).toBe(0);
    expect(current.stderr).toContain('versions cannot be listed (AccessDenied): only current objects');
  });

  it('ends with the first trouble of our own, after what runs', async () => {
    await put('a');
    await put('b');
    const objects: ObjectStore = {
      ...cloud.objects,
      read: async () => {
        throw new Error('no network');
      },
    };
    const { code, stdout, stderr } = await verify(['s3://photos/', '--content', '--concurrency', '1'], { objects });
    expect([code, stderr]).toEqual([2, 'holdfast: unexpected: no network\n']);
    expect(stdout).toContain('incomplete: it ended early');
    expect(stdout).not.toContain('there is no object');
  });

  it('keeps what was violated before the trouble', async () => {
    (await put('a')).bytes = Buffer.from('0123456780');
    await put('b');
    const objects: ObjectStore = {
      ...cloud.objects,
      async read(object, options) {
        if (object.key === 'b') throw new Error('no network');
        return cloud.objects.read(object, options);
      },
    };
    const ended = await verify(['s3://photos/', '--content', '--concurrency', '1', '--json'], { objects });
    expect(ended.code).toBe(1);
    expect(linesOf(ended).at(-1)).toMatchObject({ kind: 'summary', complete: false, violated: { objects: 1 } });
  });
});
